import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { engineFor, judge } from '../testing/engine-for-tests.js';
import { compilerForTests, compilerTimeout } from '../testing/native-opa.js';
import { checkRego } from './check-rego.js';
import type { OpaCompiler } from './opa-compiler.js';

vi.setConfig({ testTimeout: 60_000 });

let opa: OpaCompiler;
beforeAll(async () => {
  opa = await compilerForTests();
}, compilerTimeout);

const findingsOf = async (...lines: readonly string[]) =>
  (await checkRego(opa, ['package cloudsmith', '', 'default match := false', ...lines, ''].join('\n'))).findings;

describe('what an author is told', () => {
  it.each([
    ['match if input.v0.package.size > .5', '.5', 34],
    ['match if { "a.5" != `b .5`; input.v0.package.size < -.25e3 } # .75', '.25e3', 54],
  ])('names the place of a number without a digit before its point, and the cure: %s', async (line, number, column) => {
    const [found] = await findingsOf(line);
    expect(found).toMatchObject({ code: 'rego_parse_error', severity: 'error' });
    expect(found?.message).toBe(`the number ${number} has no digit before its point: write 0${number}`);
    expect([found?.line, found?.column]).toEqual([4, column]);
  });

  it.each([
    ['x := 1 + "a"', 'plus: invalid argument(s): have (number, string), want (number, number)'],
    ['x if 1 == "a"', 'match error: left is number, right is string'],
    [
      'x if regex.match("a", 1, 2, 3)',
      'regex.match: arity mismatch: have (string, number, number, number), want (string, string)',
    ],
    ['x := data.cloudsmith.y.z\ny := 1', 'undefined ref: data.cloudsmith.y.z: have number'],
    ['x := sum(["a"])', 'sum: invalid argument(s): have (array [string]), want (array [number...] or set of number)'],
  ])('keeps what OPA had and wanted: %s', async (line, message) => {
    expect((await findingsOf(...line.split('\n'))).map((found) => found.message)).toContain(message);
  });

  it.each([
    ['match if regex.match("(?=x)", input.v0.package.name)', 'bad_pattern', 22],
    ['match if { not regex.replace(input.v0.package.name, `[z-a]`, "") == "x" }', 'bad_pattern', 53],
    ['match if count([1 | glob.match("{a", [], input.v0.package.name)]) > 0', 'bad_pattern', 32],
  ])('refuses a pattern that is none: %s', async (line, code, column) => {
    expect(await findingsOf(line)).toContainEqual(
      expect.objectContaining({ severity: 'error', code, line: 4, column }),
    );
  });

  it.each(['\\p{L}', '[[:^alnum:]]', '{', '\\141', '(\\w+-?)+$', '(?P<n>a)(?P<n>b)'])(
    'takes a pattern of RE2: %s',
    async (pattern) => {
      const found = await findingsOf(`match if regex.match(\`${pattern}\`, input.v0.package.name)`);
      expect(found.filter(({ severity }) => severity === 'error')).toEqual([]);
    },
  );

  it.each(['match if data.parameters.days[9] > 1', 'import data.parameters\nmatch if parameters.days[9] > 1'])(
    'says what a number finds in parameters: %s',
    async (text) => {
      const { findings } = await checkRego(opa, `package cloudsmith\n\n${text}\n`);
      expect(findings.find(({ code }) => code === 'number_as_member')?.message).toContain('["9"]');
    },
  );
});

describe('the chain of metadata', () => {
  const rego = [
    '# METADATA',
    '# title: the package',
    '# scope: package',
    'package cloudsmith',
    '',
    '# METADATA',
    '# title: the rule',
    'match if {',
    '  some link in rego.metadata.chain()',
    '  link.path == ["cloudsmith", "match"]',
    '}',
    'paths := [link.path | link := rego.metadata.chain()[_]]',
    '',
  ].join('\n');
  const engines: { close: () => Promise<void> }[] = [];
  afterAll(() => Promise.all(engines.map((engine) => engine.close())));

  it('names the places that the author knows, whatever the id of the policy', async () => {
    for (const id of ['one', 'another_id']) {
      const engine = await engineFor(opa, { [id]: rego });
      engines.push(engine);
      const [answer] = await judge(engine, {}, [id]);
      expect(JSON.parse(answer?.output ?? '')).toEqual({
        match: true,
        paths: [['cloudsmith', 'paths'], ['cloudsmith']],
      });
    }
  });
});
