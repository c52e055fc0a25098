import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { program, removeFolder, repositoryRoot, temporaryFolder } from './harness/weir-process.js';

const folder = temporaryFolder();
const at = (name: string): string => join(folder, name);

const inputs = 2_000;
const findings = 400;
const tests = 400;
beforeAll(() => {
  const rule = 'match if input.v0.package.name == "lodash"';
  writeFileSync(at('fine.rego'), `package cloudsmith\n\ndefault match := false\n\n${rule}\n\nseen := input.v0\n`);
  const unknown = Array.from({ length: findings }, (_, i) => `match if input.v0.package.misspelt_${i}`).join('\n');
  writeFileSync(at('unknown.rego'), `package cloudsmith\n\ndefault match := false\n${unknown}\n`);
  const ofThem = Array.from({ length: tests }, (_, i) => `test_${i} if not cloudsmith.match with input as {}`);
  writeFileSync(at('fine_test.rego'), `package cloudsmith_test\n\nimport data.cloudsmith\n\n${ofThem.join('\n')}\n`);
  const document = (i: number): string =>
    JSON.stringify({ v0: { package: { name: i % 2 ? 'lodash' : 'other', summary: 'x'.repeat(500) } } });
  writeFileSync(at('inputs.jsonl'), Array.from({ length: inputs }, (_, i) => document(i)).join('\n'));
  writeFileSync(
    at('input.json'),
    JSON.stringify({ v0: { package: { name: 'lodash', summary: 'x'.repeat(1_000_000) } } }),
  );
});
afterAll(() => removeFolder(folder));

/** Until a command has said all it will, and waits for its reader or has given up. */
const lateMillis = 4_000;

/** Runs `weir` through a pipe of the shell whose reader begins late and takes small bites; no more after `most` bytes. */
const runSlowly = async (args: readonly string[], most = Infinity) => {
  const script = `"$0" "$@" | { sleep ${most < Infinity ? 0 : lateMillis / 1000}; cat; }; exit "\${PIPESTATUS[0]}"`;
  const child = spawn('bash', ['-c', script, process.execPath, program, ...args], {
    cwd: repositoryRoot,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [out, errors] = ['', ''];
  child.stderr.setEncoding('utf8').on('data', (text: string) => (errors += text));
  const ended = new Promise<number | string>((resolve) =>
    child.once('close', (code, signal) => resolve(signal ?? code ?? -1)),
  );
  for await (const chunk of child.stdout) {
    out += String(chunk);
    if (out.length >= most) break;
    await sleep(2);
  }
  child.stdout.destroy();
  return { code: await ended, out, errors };
};

describe('what a command says reaches a slow reader whole', () => {
  test('weir eval --inputs: a line for each input', async () => {
    const args = ['eval', '--policy', at('fine.rego'), '--inputs', at('inputs.jsonl'), '--json'];
    const { code, out } = await runSlowly(args);
    const lines = out.trimEnd().split('\n');
    expect([code, lines.length]).toEqual([0, inputs]);
    expect(lines.map((line) => (JSON.parse(line) as { readonly match: boolean }).match)).toEqual(
      lines.map((_, i) => i % 2 === 1),
    );
  });

  test('weir eval --input: a document of a megabyte', async () => {
    const { code, out } = await runSlowly(['eval', '--policy', at('fine.rego'), '--input', at('input.json'), '--json']);
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ match: true });
    expect(out.length).toBeGreaterThan(1_000_000);
  });

  test('weir policy check: every finding', async () => {
    const json = await runSlowly(['policy', 'check', at('unknown.rego'), '--json']);
    expect((JSON.parse(json.out) as { readonly findings: unknown[] }).findings).toHaveLength(findings);
    const words = await runSlowly(['policy', 'check', at('unknown.rego')]);
    expect(words.out.trimEnd().split('\n')).toHaveLength(findings + 1);
  });

  test('weir policy test: every test', async () => {
    const { code, out } = await runSlowly(['policy', 'test', at('fine.rego'), '--json']);
    expect([code, JSON.parse(out)]).toMatchObject([0, { passed: tests, failed: 0 }]);
  });

  test('weir --help', async () => {
    expect((await runSlowly(['--help'])).out).toMatch(/^Usage: weir[^]*\n$/);
  });
});

test('a reader that has seen enough ends the command quietly', async () => {
  const { code, out, errors } = await runSlowly(
    ['eval', '--policy', at('fine.rego'), '--inputs', at('inputs.jsonl'), '--json'],
    1,
  );
  expect(out.length).toBeGreaterThan(0);
  expect({ code, errors }).toEqual({ code: 141, errors: '' });
});
