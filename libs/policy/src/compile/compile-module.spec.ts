import { beforeAll, describe, expect, it, vi } from 'vitest';
import { engineFor, judge, patientOptions } from '../testing/engine-for-tests.js';
import { compilerForTests, compilerTimeout } from '../testing/native-opa.js';
import { seedPolicy } from '../testing/oracle-policies.js';
import { RegoRefused } from './check-report.js';
import { compileModule } from './compile-module.js';
import type { OpaCompiler } from './opa-compiler.js';

vi.setConfig({ testTimeout: 60_000 });

let opa: OpaCompiler;
beforeAll(async () => {
  opa = await compilerForTests();
}, compilerTimeout);

describe('compiling policies into one module', () => {
  it('gives the same bytes for the same sources', async () => {
    const sources = [
      { id: 'a', rego: seedPolicy },
      { id: 'b', rego: seedPolicy },
    ];
    const [one, two] = [await compileModule(opa, sources), await compileModule(opa, sources)];
    expect(one.digest).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect(two.digest).toBe(one.digest);
    expect(one.entrypoints).toEqual({ a: 'weir_answers/p_a', b: 'weir_answers/p_b' });
  });

  it('moves policies wherever the word data stands, and only there', async () => {
    const rego = [
      'package cloudsmith # data.parameters in a comment',
      'import data.parameters',
      'import data.parameters.deep as d',
      'text := "é data.parameters"; shown := $"é {data.parameters.n} data"',
      'match if { "é" != data["parameters"].x; parameters.n == 1 }',
      'own := data.cloudsmith.match',
      'every_one if { every x in data.parameters.list { x > d } }',
      'replaced if match with data.parameters.n as 1',
    ].join('\n');
    const parameters = { odd: { n: 1, x: 'y', deep: 0, list: [1, 2] } };
    const engine = await engineFor(
      opa,
      { odd: rego.replace('; shown', '\nshown'), other: seedPolicy },
      patientOptions,
      parameters,
    );
    const [answer] = await judge(engine, {}, ['odd']);
    await engine.close();
    expect(answer?.error).toBeNull();
    expect(JSON.parse(answer?.output ?? '')).toEqual({
      text: 'é data.parameters',
      shown: 'é 1 data',
      match: true,
      own: true,
      every_one: true,
      replaced: true,
    });
  });

  it('answers with every rule that is no function, nested names and other packages included', async () => {
    const rego =
      'package team.rules["x-y"]\nmatch := f(1) == 2\nf(x) := x + 1\na.b.c := 1\na.b.d[k] := 2 if k := "q"\na.f(x) := x\ns contains 1\nnone if input.zzz';
    const engine = await engineFor(opa, { team: rego });
    const [answer] = await judge(engine, {}, ['team']);
    await engine.close();
    expect(JSON.parse(answer?.output ?? '')).toEqual({ match: true, a: { b: { c: 1, d: { q: 2 } } }, s: [1] });
  });

  it('names the policy and the place that OPA refuses', async () => {
    const sources = [
      { id: 'good', rego: seedPolicy },
      { id: 'bad', rego: 'package cloudsmith\nmatch if undefined_thing' },
    ];
    const error: unknown = await compileModule(opa, sources).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(RegoRefused);
    expect(error).toMatchObject({ policyId: 'bad', findings: [{ code: 'rego_unsafe_var_error', line: 2 }] });
  });

  it('refuses ids that could not stand in Rego', async () => {
    await expect(compileModule(opa, [{ id: 'a-b', rego: seedPolicy }])).rejects.toThrow(
      'the id "a-b" must match [a-z0-9_]+',
    );
    await expect(compileModule(opa, [])).rejects.toThrow('at least one policy');
  });

  it('tells for each policy what it reads', async () => {
    const { reads } = await compileModule(opa, [{ id: 'seed', rego: seedPolicy }]);
    expect(reads['seed']).toEqual({
      analysis: 2,
      inputPaths: [
        'v0.repository.name',
        'v0.vulnerabilities.*.score',
        'v0.vulnerabilities.?',
        'v0.vulnerabilities.VulnerabilityID',
        'v0.vulnerabilities.patched_versions.?',
        'v0.vulnerabilities.severity',
      ],
      clock: false,
      builtins: ['gt', 'internal.member_2'],
    });
  });
});
