import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findOpa } from '@weir/policy';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { checkPolicy } from './check-policy.js';
import { evaluateInputs } from './evaluate-inputs.js';
import { testPolicies } from './test-policies.js';

vi.setConfig({ testTimeout: 60_000 });

const cacheDirectory = fileURLToPath(new URL('../../../../.weir/opa', import.meta.url));
const epss = [
  'package cloudsmith',
  'import data.parameters',
  'default match := false',
  'match if count(reason) > 0',
  'reason contains sprintf("%s: EPSS %v", [v.identifier, v.epss.score]) if { some v in input.v0.vulnerabilities; v.epss.score >= parameters.threshold }',
  'now := time.now_ns()',
  '',
].join('\n');
const epssTest = [
  'package cloudsmith_test',
  'import data.cloudsmith',
  'test_over if cloudsmith.match with input as {"v0": {"vulnerabilities": [{"identifier": "C", "epss": {"score": 0.3}}]}} with data.parameters as {"threshold": 0.2}',
  'test_wrong if cloudsmith.match with input as {}',
  '',
].join('\n');

let folder = '';
const at = (...names: readonly string[]) => join(folder, ...names);

const spoken = () => {
  const out: string[] = [];
  const errors: string[] = [];
  return {
    out,
    errors,
    output: { stdout: (text: string) => void out.push(text), stderr: (text: string) => void errors.push(text) },
  };
};

const evaluate = async (options: Partial<Parameters<typeof evaluateInputs>[0]>) => {
  const { out, errors, output } = spoken();
  const code = await evaluateInputs(
    { policy: at('epss', 'policy.rego'), parameters: at('parameters.json'), json: true, cacheDirectory, ...options },
    output,
  );
  return { code, out, errors };
};

beforeAll(async () => {
  // Long enough for Go to build OPA; fails loudly where there is none.
  await findOpa({ cacheDirectory });
  folder = await mkdtemp(join(tmpdir(), 'weir-commands-'));
  await mkdir(at('epss'));
  await mkdir(at('loop'));
  await writeFile(at('epss', 'policy.rego'), epss);
  await writeFile(at('epss', 'policy_test.rego'), epssTest);
  await writeFile(at('loop', 'policy.rego'), 'package cloudsmith\nmatch if {\n x := \n}\n');
  await writeFile(at('parameters.json'), '{"threshold": 0.2}');
  await writeFile(at('input.json'), '{"v0": {"vulnerabilities": [{"identifier": "CVE-1", "epss": {"score": 0.213}}]}}');
  await writeFile(
    at('inputs.jsonl'),
    [
      '{"v0": {"vulnerabilities": [{"identifier": "CVE-1", "epss": {"score": 0.5}}]}}',
      '{"v0": ',
      '{"v0": {}} x',
      '{"v0": {}}',
    ].join('\n'),
  );
}, 900_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('weir eval', () => {
  it('prints one JSON document with match, reason, output, error and time', async () => {
    const { code, out } = await evaluate({ input: at('input.json'), now: '2026-08-02T00:00:00.123456789Z' });
    expect(code).toBe(0);
    expect(out).toHaveLength(1);
    expect(out[0]).toMatch(
      /^\{"match":true,"reason":\["CVE-1: EPSS 0.213"\],"output":\{"match":true,"now":1785628800123456789,"reason":\["CVE-1: EPSS 0.213"\]\},"error":null,"durationMicros":\d+\}\n$/,
    );
  });

  it('judges one input per line, in order, and goes on after lines that are no JSON', async () => {
    const { code, out } = await evaluate({ inputs: at('inputs.jsonl') });
    const lines = out.map(
      (line) =>
        JSON.parse(line) as { readonly match: boolean | null; readonly error: { readonly code: string } | null },
    );
    expect(lines.map(({ match, error }) => [match, error?.code])).toEqual([
      [true, undefined],
      [null, 'bad_input'],
      [null, 'bad_input'],
      [false, undefined],
    ]);
    expect(code).toBe(3);
  });

  it('judges a document as facts are stored, however it is written', async () => {
    const rego =
      'package cloudsmith\ndefault match := false\nmatch if input.v0.package.size == 1\nreason contains sprintf("%v", [input.v0.package.size])\n';
    await writeFile(at('spelled.rego'), rego);
    const spellings = ['1', '1.0', '1e0', '0.1E+1', '10e-1'].flatMap((one) => [
      `{"v0":{"package":{"size":${one}}}}`,
      `{ "v1": {},\t"v0" : {"vulnerabilities":[], "package" :{ "size"  : ${one} } } }`,
    ]);
    await writeFile(at('spelled.jsonl'), spellings.join('\n'));
    const { code, out } = await evaluate({ policy: at('spelled.rego'), inputs: at('spelled.jsonl') });
    expect(code).toBe(0);
    const said = out.map((line) => JSON.parse(line) as { readonly match: boolean; readonly reason: readonly string[] });
    expect(said.map(({ match, reason }) => [match, reason])).toEqual(spellings.map(() => [true, ['1']]));
  });

  it('refuses what saving would refuse, with the findings', async () => {
    await writeFile(at('set.rego'), 'package cloudsmith\nmatch contains "x"\n');
    const { code, out } = await evaluate({ policy: at('set.rego'), input: at('input.json') });
    expect(code).toBe(2);
    expect(JSON.parse(out.join(''))).toMatchObject({
      error: { code: 'wrong_use', findings: [{ code: 'match_not_boolean', line: 2, column: 1 }] },
    });
  });

  it('speaks in words without --json', async () => {
    expect((await evaluate({ input: at('input.json'), json: false })).out).toEqual(['match\n  CVE-1: EPSS 0.213\n']);
  });

  it.each([
    ['a policy that is not there', { policy: 'nowhere.rego', input: 'x' }, /--policy nowhere.rego cannot be read/],
    ['an input that is not there', { input: 'nowhere.json' }, /--input nowhere.json cannot be read/],
    ['inputs that are not there', { inputs: 'nowhere.jsonl' }, /--inputs nowhere.jsonl cannot be read/],
    ['a time that is none', { input: 'x', now: 'yesterday' }, /--now is "yesterday"/],
    ['neither input nor inputs', {}, /give either --input or --inputs/],
  ])('exits with 2 for %s', async (_, options, message) => {
    const { code, out, errors } = await evaluate(options);
    expect(code).toBe(2);
    expect(errors.join('')).toMatch(message);
    expect(JSON.parse(out.join(''))).toEqual({
      error: { code: 'wrong_use', message: expect.stringMatching(message) as string },
    });
  });
});

describe('weir policy check', () => {
  it('exits with 0 for a valid policy and 1 for another, with line and column', async () => {
    const { out, output } = spoken();
    expect(await checkPolicy({ file: at('epss', 'policy.rego'), json: true, cacheDirectory }, output)).toBe(0);
    expect(await checkPolicy({ file: at('loop', 'policy.rego'), json: true, cacheDirectory }, output)).toBe(1);
    expect(await checkPolicy({ file: at('loop', 'policy.rego'), json: false, cacheDirectory }, output)).toBe(1);
    expect(out.slice(0, 2).map((text) => JSON.parse(text) as unknown)).toEqual([
      { valid: true, findings: [] },
      {
        valid: false,
        findings: [{ severity: 'error', code: 'rego_parse_error', message: 'unexpected } token', line: 4, column: 1 }],
      },
    ]);
    expect(out[2]).toContain('policy.rego:4:1: error rego_parse_error: unexpected } token');
  });
});

describe('weir policy test', () => {
  it('runs each policy alone, counts, and names the tests', async () => {
    const { out, output } = spoken();
    expect(await testPolicies({ files: [at('epss')], json: true, cacheDirectory }, output)).toBe(1);
    expect(JSON.parse(out[0] ?? '')).toEqual({
      passed: 1,
      failed: 1,
      files: [
        {
          file: at('epss', 'policy.rego'),
          passed: 1,
          failed: 1,
          tests: [
            { name: 'test_over', passed: true, native: true, engine: true, notInEngine: null, difference: null },
            { name: 'test_wrong', passed: false, native: false, engine: false, notInEngine: null, difference: null },
          ],
          cases: [],
          notInEngine: null,
          error: null,
        },
      ],
    });
  });

  it('takes a test file for the policy beside it, and counts a policy without tests as failed', async () => {
    const { out, output } = spoken();
    await writeFile(at('parameters.rego'), 'package cloudsmith\nmatch := true\n');
    expect(
      await testPolicies(
        { files: [at('epss', 'policy_test.rego'), at('parameters.rego')], json: true, cacheDirectory },
        output,
      ),
    ).toBe(1);
    expect(JSON.parse(out[0] ?? '')).toMatchObject({ passed: 1, failed: 2 });
  });

  const testAlone = async (name: string, files: Readonly<Record<string, string>>, json = true) => {
    const { out, output } = spoken();
    await mkdir(at(name));
    for (const [file, text] of Object.entries(files)) await writeFile(at(name, file), text);
    const code = await testPolicies({ files: [at(name)], json, cacheDirectory }, output);
    return { code, out: out.join('') };
  };
  /** What stands behind a replaced function is not replaced in Wasm: native OPA and the engine differ. */
  const differing = [
    'package cloudsmith',
    'is_on if data.parameters.on',
    'match if is_on with time.now_ns as 5 with data.parameters.on as true',
    '',
  ].join('\n');

  it('tells where native OPA and the engine that judges differ, which is a failure of its own kind', async () => {
    const tests =
      'package cloudsmith_test\nimport data.cloudsmith\ntest_x if cloudsmith.match with input as {"v0": {"package": {"name": "y"}}}\n';
    const cases = `cases:\n  - { description: named otherwise, input: { v0: { package: { name: y } } }, want: { match: true, reasons: [] } }\n`;
    const files = { 'policy.rego': differing, 'policy_test.rego': tests, 'cases.yaml': cases };
    const { code, out } = await testAlone('differing', files);
    expect(code).toBe(1);
    expect(JSON.parse(out)).toMatchObject({
      passed: 0,
      failed: 2,
      files: [
        {
          tests: [{ name: 'test_x', passed: false, native: true, engine: false, difference: 'it fails there' }],
          cases: [{ passed: false, difference: expect.stringContaining('natively {"match":true') as string }],
        },
      ],
    });
  });

  it('shows a policy in a test no more than it reads, as when a package is judged', async () => {
    // A member that the policy asks for by a name from elsewhere is read with all others.
    const policy = [
      'package cloudsmith',
      'import input.v0.package as subject',
      'default match := false',
      'match if { subject.name == "x"; some v in input.v0.vulnerabilities; v.severity == "HIGH" }',
      'reason contains input.v0.package.version if match',
      '',
    ].join('\n');
    const tests = [
      'package cloudsmith_test',
      'import data.cloudsmith',
      'x := {"v0": {"package": {"name": "x", "version": "1", "size": 3}, "vulnerabilities": [{"severity": "HIGH", "id": 1}], "more": 1}, "v1": {}}',
      'test_all if { cloudsmith.match with input as x; cloudsmith.reason == {"1"} with input as x }',
      'test_a_member if cloudsmith.match with input as x with input.v0.package.name as "x"',
      'test_no_object if not cloudsmith.match with input as [1]',
      'test_half if not cloudsmith.match with input as {"v0": {"package": "x"}}',
      'test_cases[name] if { some name, severity in {"low": "LOW"}; not cloudsmith.match with input as {"v0": {"vulnerabilities": [{"severity": severity}]}} }',
      'test_order if cloudsmith.match with time.now_ns as 1 with data.parameters as {} with input as x',
      '',
    ].join('\n');
    const { code, out } = await testAlone('reads', { 'policy.rego': policy, 'policy_test.rego': tests }, false);
    expect([code, out]).toEqual([0, expect.stringContaining('6 passed, 0 failed')]);
    expect(out).toMatch(/test_cases was run natively only: it has cases in its head/);
    expect(out).toContain('test_order was run natively only: with of a function stands before');
  });

  it('runs cases natively and in the engine, also of a policy that has no other tests', async () => {
    const policy =
      'package cloudsmith\ndefault match := false\nmatch if input.v0.package.size > data.parameters.most\nreason contains sprintf("%v", [input.v0.package.size]) if match\n';
    const cases = [
      'cases:',
      '  - { description: over, input: { v0: { package: { size: 3.0 } } }, parameters: { most: 2 }, want: { match: true, reasons: ["3"] } }',
      '  - { description: no parameters, input: { v0: { package: { size: 3 } } }, want: { match: false, reasons: [] } }',
      '  - { description: wrong, input: { v0: { package: { size: 3 } } }, want: { match: true, reasons: [] } }',
      '',
    ].join('\n');
    const { code, out } = await testAlone('cases', { 'policy.rego': policy, 'cases.yaml': cases }, false);
    expect(code).toBe(1);
    expect(out).toContain('2 passed, 1 failed');
    expect(out).toContain('case "wrong" failed: no match []');
    expect(out).not.toContain('there are no tests');
  });

  it('exits with 2 when there is nothing to test', async () => {
    const { errors, output } = spoken();
    expect(await testPolicies({ files: [at('nothing')], json: true, cacheDirectory }, output)).toBe(2);
    expect(errors.join('')).toContain('is not there: name a policy file or a folder of policies');
  });
});
