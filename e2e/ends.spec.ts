import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { chanceOf, givenSeed } from '../tools/testing/random-cases.js';
import { MARK, marked } from './harness/process-tree.js';
import { program, repositoryRoot, runWeir, temporaryFolder } from './harness/weir-process.js';

/** Where the commands put what is of the moment. */
const temporary = mkdtempSync(join(tmpdir(), 'weir-ends-'));
const data = temporaryFolder();
const policy = join(data, 'policy.rego');
const input = join(data, 'inputs.jsonl');
const feed = join(data, 'epss.csv');

beforeAll(() => {
  chmodSync(temporary, 0o755);
  writeFileSync(policy, 'package cloudsmith\n\nmatch if input.v0.package.name == "a"\n');
  writeFileSync(input, '{"v0":{"package":{"name":"a"}}}\n'.repeat(20_000));
  writeFileSync(
    feed,
    '#model_version:v2025.03.14,score_date:2026-08-01T00:00:00+0000\ncve,epss,percentile\nCVE-2021-23337,0.2,0.9\n',
  );
});
afterAll(() => {
  for (const folder of [temporary, data]) rmSync(folder, { recursive: true, force: true });
});

interface Life {
  readonly args: readonly string[];
  /** How long it lives when nobody ends it, roughly: moments are drawn from it. */
  readonly millis: number;
  readonly npm?: boolean;
}

const lives = (folder: string): Readonly<Record<string, Life>> => ({
  'up, on a new folder': { args: ['up', '--port', '0', '--data', folder], millis: 12_000 },
  'up, with npm': { args: ['up', '--port', '0', '--data', folder], millis: 14_000, npm: true },
  demo: { args: ['demo'], millis: 20_000 },
  'feed load into a folder': { args: ['feed', 'load', 'epss', feed, '--data', folder], millis: 8_000 },
  eval: { args: ['eval', '--policy', policy, '--inputs', input], millis: 4_000 },
  'policy test': { args: ['policy', 'test', 'policies'], millis: 20_000 },
});

type Way = 'a terminal' | 'a terminal, twice' | 'kill';
const WAYS: readonly Way[] = ['a terminal', 'a terminal, twice', 'kill'];
const SIGNALS: readonly NodeJS.Signals[] = ['SIGINT', 'SIGTERM', 'SIGHUP'];
const TRIES = Number(process.env['TRIES'] ?? 6);
const LONGEST_END_MS = 60_000;

const end = async (child: ReturnType<typeof spawn>, signal: NodeJS.Signals, way: Way): Promise<void> => {
  const target = way === 'kill' ? (child.pid ?? 0) : -(child.pid ?? 0);
  const send = (): void => {
    try {
      process.kill(target, signal);
    } catch {
      // It has ended already.
    }
  };
  send();
  if (way !== 'a terminal, twice') return;
  await sleep(500);
  send();
};

test('every command ends with nothing left of it, whenever and however it is told to', async () => {
  const seed = givenSeed();
  console.log(`SEED=${seed} TRIES=${TRIES} npx vitest run --project e2e e2e/ends.spec.ts`);
  const chance = chanceOf(seed);
  const names = Object.keys(lives(''));
  for (let index = 0; index < TRIES; index += 1) {
    const folder = join(temporary, `data-${index}`);
    mkdirSync(folder, { mode: 0o755 });
    const name = names[index % names.length] ?? '';
    const life = lives(folder)[name] as Life;
    const [signal, way, millis, mark] = [
      chance.pick(SIGNALS),
      chance.pick(WAYS),
      chance.below(life.millis),
      randomUUID(),
    ];
    const told = `${name}: ${signal} by ${way} after ${millis} ms`;
    const env = { ...process.env, TMPDIR: temporary, [MARK]: mark };
    const options = { cwd: repositoryRoot, env, detached: true, stdio: 'ignore' } as const;
    const child = life.npm
      ? spawn('npm', ['run', '-s', 'weir', '--', ...life.args], options)
      : spawn(process.execPath, [program, ...life.args], options);
    await sleep(millis);
    await end(child, signal, way);
    const until = Date.now() + LONGEST_END_MS;
    while (marked(mark).length > 0 && Date.now() < until) await sleep(100);
    expect([told, marked(mark)]).toEqual([told, []]);
    expect([told, existsSync(join(folder, 'cluster', 'postmaster.pid'))]).toEqual([told, false]);
    rmSync(folder, { recursive: true, force: true });
    expect([
      told,
      readdirSync(temporary).filter((entry) => !/^(?:weir-postgres|node-compile-cache)/.test(entry)),
    ]).toEqual([told, []]);
  }
});

test.each([
  ['no folder at all', '', 2, 'Name a folder'],
  ['a folder of the kernel', '/proc/x', 3, 'Choose another one with --data'],
  ['a folder below one of the kernel', '/proc/x/y/z', 3, 'Choose another one with --data'],
])('%s as --data is refused at once', async (_, folder, code, words) => {
  const result = await runWeir(['up', '--port', '0', '--data', folder]);
  expect([result.code, result.stdout]).toEqual([code, '']);
  expect(result.stderr).toContain(words);
});
