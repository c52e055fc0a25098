import { beforeAll, describe, expect, it, vi } from 'vitest';
import { chanceOf, givenSeed, type Chance } from '../../../../tools/testing/random-cases.js';
import { compilerForTests, compilerTimeout, evalNatively } from '../testing/native-opa.js';
import { checkRego } from './check-rego.js';
import type { OpaCompiler } from './opa-compiler.js';

vi.setConfig({ testTimeout: 240_000 });

let opa: OpaCompiler;
beforeAll(async () => {
  opa = await compilerForTests();
}, compilerTimeout);

const text = (...lines: readonly string[]) => ['package cloudsmith', '', ...lines, ''].join('\n');
const remarks = async (rego: string, parameters?: Readonly<Record<string, unknown>>) =>
  (await checkRego(opa, rego, parameters)).findings.map(
    ({ severity, code, line, column }) => `${severity} ${code} ${line}:${column}`,
  );

describe('a policy that can never work', () => {
  it.each([
    ['a text', ['match := "yes"'], 'error match_not_boolean 3:10'],
    ['a number under a condition', ['match := 1 if input.v0.package.name == "x"'], 'error match_not_boolean 3:10'],
    ['a text by else', ['match if input.v0.package.name == "x" else := "no"'], 'error match_not_boolean 3:47'],
    ['a default that is none', ['default match := null', 'match if input.v0'], 'error match_not_boolean 3:18'],
    ['a set', ['match contains "x"'], 'error match_not_boolean 3:1'],
    ['a set under a condition', ['match contains "x" if input.v0'], 'error match_not_boolean 3:1'],
    ['an object', ['match[x] := true if some x in ["a"]'], 'error match_not_boolean 3:1'],
    ['a number that is worked out', ['match := count(input.v0.vulnerabilities)'], 'error match_not_boolean 3:1'],
    [
      'a text that is worked out, beside a rule that is right',
      ['match if input.v0.package.name == "x"', 'match := upper(input.v0.package.name) if input.v0.uploader'],
      'error match_not_boolean 4:1',
    ],
    ['both true and false', ['match := true', 'match := false'], 'error rules_conflict 3:1'],
  ])('is refused, with its place: match is %s', async (_, lines, remark) => {
    const report = await checkRego(opa, text(...lines));
    expect(report.valid).toBe(false);
    const { findings } = report;
    expect(findings.map(({ severity, code, line, column }) => `${severity} ${code} ${line}:${column}`)).toContain(
      remark,
    );
  });

  it.each([
    ['nothing but a default', ['default match := false'], 'warning never_matches 3:1'],
    ['a condition that is false', ['default match := false', 'match if false'], 'warning never_matches 4:1'],
    [
      'constants that differ, in a function',
      ['match if is_bad("a")', 'is_bad(x) if x == "b"'],
      'warning never_matches 3:1',
    ],
    ['no condition', ['match := true'], 'warning always_matches 3:1'],
    ['a condition that always holds', ['match if 1 < 2'], 'warning always_matches 3:1'],
    [
      'one rule of two',
      ['default match := false', 'match if input.v0.package.name == "x"', 'match if { input.v0; "a" == "b" }'],
      'warning rule_never_holds 5:1',
    ],
    [
      'rules that contradict each other',
      ['match := true if input.v0.package.name == "x"', 'match := false if input.v0.package.version == "1"'],
      'warning rules_may_conflict 4:1',
    ],
    [
      'no reason ever',
      ['match if input.v0.package.name == "x"', 'reason contains "x" if { input.v0; false }'],
      'warning reason_never_defined 4:1',
    ],
    [
      'a reason that is a function',
      ['match if input.v0.package.name == "x"', 'reason(x) := x'],
      'warning reason_not_read 4:1',
    ],
    [
      'a reason that is no text',
      ['match if input.v0.package.name == "x"', 'reason := true'],
      'warning reason_no_text 4:1',
    ],
  ])('is warned of where it may be meant: %s', async (_, lines, remark) => {
    const report = await checkRego(opa, text(...lines));
    expect(report.valid).toBe(true);
    expect(await remarks(text(...lines))).toContain(remark);
  });

  it('is warned of with the parameters that it has, and for names of parameters that it does not read', async () => {
    const rego = text(
      'import data.parameters',
      'match if { parameters.enabled; input.v0.package.name in data.parameters.names }',
    );
    const good = { enabled: true, names: ['x'] };
    expect(await remarks(rego)).toEqual([]);
    expect(await remarks(rego, good)).toEqual([]);
    expect(await remarks(rego, { ...good, enabled: false })).toEqual(['warning never_matches 4:1']);
    expect(await remarks(rego, { enabled: true })).toEqual(['warning never_matches 4:1']);
    const misspelt = await checkRego(opa, rego, { ...good, enabeld: 1 });
    expect(misspelt.findings.map(({ message }) => message)).toEqual([
      'the policy does not read the parameter "enabeld": it reads enabled, names',
    ]);
  });
});

/** Bodies, and for each whether it holds for any sample and for all of them. */
const bodies = [
  '',
  'if input.v0.flag',
  'if not input.v0.flag',
  'if count(input.v0.list) > 0',
  'if false',
  'if 1 == 1',
  'if "a" == "b"',
];
const values = [
  'true',
  'false',
  '"yes"',
  '1',
  'null',
  '[true]',
  '{"a": true}',
  '{1}',
  'input.v0.value',
  'count(input.v0.list)',
  'upper("x")',
  '[x | some x in input.v0.list]',
  'input.v0.list == [1]',
];
const samples = [true, false].flatMap((flag) =>
  [true, false].flatMap((value) => [[1], []].map((list) => ({ v0: { flag, value, list } }))),
);

const rule = (chance: Chance): string => {
  const [value, body] = [chance.pick(values), chance.pick(bodies)];
  return chance.pick([
    () => `match := ${value} ${body}`,
    () => `match := ${value} ${body}`,
    () => (body === '' ? 'match := true' : `match ${body}`),
    () => `match contains ${value} ${body}`,
    () => `match["a"] := ${value} ${body}`,
    () => `match := ${value} if input.v0.flag else := ${chance.pick(values)}`,
    () => `match(x) := x`,
  ])();
};
const policyOf = (chance: Chance): string =>
  text(
    ...(chance.happens(0.4) ? [`default match := ${chance.pick(['true', 'false', '"no"', 'null'])}`] : []),
    rule(chance),
    ...(chance.happens(0.4) ? [rule(chance)] : []),
  );

const isPlain = (rego: string): boolean =>
  rego.match(/^match/gm)?.length === 1 && !rego.includes('else') && !rego.includes('default match := true');

const seed = givenSeed();

/** What native OPA says of a sample; a conflict of rules is none of these. */
const answersOf = async (rego: string): Promise<readonly unknown[] | 'conflict'> => {
  const found: unknown[] = [];
  for (const sample of samples) {
    try {
      const [document] = await evalNatively(opa, rego, [sample], 0n);
      found.push((document as { readonly match?: unknown }).match);
    } catch {
      return 'conflict';
    }
  }
  return found;
};

it(`whatever match is: what is refused or warned of is so, and one rule that can never work is (from seed ${seed})`, async () => {
  const chance = chanceOf(seed);
  const seen = new Set<string>();
  for (let turn = 0; turn < 24; turn += 1) {
    const rego = policyOf(chance);
    const { valid, findings } = await checkRego(opa, rego);
    const codes = findings.map(({ code }) => code);
    codes.forEach((code) => seen.add(code));
    for (const { code, line, column, message } of findings) {
      expect([message.length > 10, line > 0, column > 0], `${code}\n${rego}`).toEqual([true, true, true]);
    }
    if (!valid) continue;
    const answers = await answersOf(rego);
    if (answers === 'conflict') {
      expect(codes, rego).toContain('rules_may_conflict');
      continue;
    }
    const isTrue = answers.map((answer) => answer === true);
    // `input.v0.value` may be anything, so what it gives is known only when a package is judged: here it is true or false.
    expect(
      answers.every((answer) => answer === undefined || typeof answer === 'boolean' || rego.includes('input.v0')),
      rego,
    ).toBe(true);
    if (codes.includes('never_matches')) expect(isTrue, rego).not.toContain(true);
    else if (codes.includes('always_matches')) expect(isTrue, rego).not.toContain(false);
    // Whether conditions on the package contradict each other, or leave nothing out, is not found out: of one rule with one
    // condition all must be told.
    else if (isPlain(rego)) expect(new Set(isTrue), rego).toEqual(new Set([true, false]));
  }
  expect(seen.size).toBeGreaterThan(2);
});
