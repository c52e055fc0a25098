import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { compilerForTests, compilerTimeout } from '../testing/native-opa.js';
import { checkRego } from './check-rego.js';
import type { OpaCompiler } from './opa-compiler.js';
import { OpaOverran } from './opa-overran.js';
import { runOpa } from './run-opa.js';

let opa: OpaCompiler;
const folder = mkdtempSync(join(tmpdir(), 'weir-bounded-'));

beforeAll(async () => {
  opa = await compilerForTests();
}, compilerTimeout);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

const repeated = (open: string, middle: string, close: string) => (times: number) =>
  open.repeat(times) + middle + close.repeat(times);

/** Each way in which Rego nests by its grammar, as a term. */
const TERMS: Readonly<Record<string, (times: number) => string>> = {
  'arrays without an end': (times) => '['.repeat(times),
  arrays: repeated('[', '1', ']'),
  sets: repeated('{', '1', '}'),
  objects: repeated('{"a":', '1', '}'),
  parentheses: repeated('(', '1', ')'),
  calls: repeated('count(', '[]', ')'),
  references: repeated('input[', '"a"', ']'),
  comprehensions: repeated('[x | x := ', '1', ']'),
  'sums without brackets': (times) => `1${'+1'.repeat(times)}`,
  'unions without brackets': (times) => `{1}${'|{1}'.repeat(times)}`,
  'negative signs': (times) => `${'-'.repeat(times)}1`,
};
/** OPA takes more than twice as long for twice as much of these: enough to be refused, or little. */
const DEEP: Readonly<Record<string, number>> = {
  'sums without brackets': 250,
  'unions without brackets': 250,
  'else after else': 30,
};
const RULES: Readonly<Record<string, (times: number) => string>> = {
  ...Object.fromEntries(
    Object.entries(TERMS).map(([name, term]) => [name, (times: number) => `match if count([${term(times)}]) > 0`]),
  ),
  'every in every': (times) => `match if {${repeated('every x in [1] { ', 'true', '}')(times)}}`,
  'else after else': (times) => `match := true if input.a\n${'else := false if input.b\n'.repeat(times)}`,
};

test.each(Object.entries(RULES))(
  '%s: however deep, the check says what it found, and little is no fault',
  async (name, rule) => {
    const check = (times: number) => checkRego(opa, `package cloudsmith\n\nimport rego.v1\n\n${rule(times)}\n`);
    const codes = async (times: number) => (await check(times)).findings.map(({ code }) => code);
    expect(await codes(3)).not.toContain('too_deep');
    const deep = await check(DEEP[name] ?? 350);
    expect(deep.findings.length).toBeGreaterThan(0);
    expect(deep.findings.every(({ message }) => message.length < 500)).toBe(true);
  },
);

test('five thousand brackets are refused at once, by their place and the cure', async () => {
  const { valid, findings } = await checkRego(opa, `package cloudsmith\n\nmatch := ${'['.repeat(5_000)}`);
  expect(valid).toBe(false);
  expect(findings).toEqual([
    {
      severity: 'error',
      code: 'too_deep',
      message: 'brackets are nested more than 100 deep here: use rules or functions of their own',
      line: 3,
      column: 110,
    },
  ]);
});

test('brackets in strings and comments nest nothing', async () => {
  const text = `package cloudsmith\n\n# ${'['.repeat(200)}\nmatch if input.v0.package.name == "${'{'.repeat(200)}"\n`;
  expect((await checkRego(opa, text)).findings).toEqual([]);
});

const fakeOpa = (name: string, script: string): OpaCompiler => {
  const path = join(folder, name);
  writeFileSync(path, `#!/bin/sh\n${script}\n`);
  chmodSync(path, 0o755);
  return { ...opa, path };
};

test('a compiler that goes on computing is ended by its CPU, and the author is told the cure', async () => {
  const spinning = fakeOpa('spinning', 'while :; do :; done');
  await expect(runOpa(spinning, ['parse'], folder, 0.05)).rejects.toThrow(OpaOverran);
  await expect(runOpa(spinning, ['parse'], folder, 0.05)).rejects.toThrow(/CPU.*write it shorter/);
});

test('a compiler that goes on talking is ended by what it says', async () => {
  const talking = fakeOpa('talking', 'exec cat /dev/zero');
  await expect(runOpa(talking, ['parse'], folder)).rejects.toThrow(/too much.*write it shorter/);
  const report = await checkRego(talking, 'package cloudsmith\n\nmatch := true\n').catch((fault: unknown) => fault);
  expect(report).toMatchObject({ valid: false, findings: [{ code: 'too_costly' }] });
});
