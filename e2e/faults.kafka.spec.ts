import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { DEFECTS } from './faults/judge/verdict.js';
import { repositoryRoot } from './harness/weir-process.js';

const KILLS = 20;
const SEED = 20_261_122;
const RATE = 150;

const runFaults = (
  ...args: readonly string[]
): Promise<{ readonly code: number; readonly stdout: string; readonly stderr: string }> =>
  new Promise((resolve) => {
    const program = join(repositoryRoot, 'e2e', 'faults', 'faults.ts');
    const child = execFile(
      process.execPath,
      ['--disable-warning=TimeoutNegativeWarning', program, ...args],
      { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 },
      (_, stdout, stderr) => resolve({ code: child.exitCode ?? -1, stdout, stderr }),
    );
  });

interface Verdict {
  readonly accepted: number;
  readonly load: Readonly<Record<string, number>> & { readonly deliveries: Readonly<Record<string, number>> };
  readonly kills: Readonly<Record<string, number>>;
}

test(`after ${KILLS} seeded kills of services, brokers and PostgreSQL every accepted event has exactly one decision, every decision was published in order and acted on, and every change of feeds and policies reached all packages`, async () => {
  const { code, stdout, stderr } = await runFaults(
    '--kills',
    String(KILLS),
    '--seed',
    String(SEED),
    '--rate',
    String(RATE),
    '--json',
  );
  expect(code, stderr.slice(-6_000)).toBe(0);
  const verdict = JSON.parse(stdout) as Verdict;
  console.log(stdout);
  expect(verdict).toMatchObject({
    ...Object.fromEntries(DEFECTS.map((defect) => [defect, 0])),
    logValid: true,
    decided: verdict.accepted,
    exits: {},
  });
  expect(Object.values(verdict.kills).reduce((sum, count) => sum + count)).toBe(KILLS);
  expect(verdict.kills['broker']).toBeGreaterThanOrEqual(5);
  expect(verdict.kills['postgres']).toBeGreaterThanOrEqual(2);
  expect(verdict.kills['evaluation']).toBeGreaterThanOrEqual(2);
  expect(verdict.accepted).toBeGreaterThan(KILLS * RATE);
  const { deliveries, ...load } = verdict.load;
  for (const part of ['deletions', 'repeatedAtOnce', 'repeatedLate', 'feeds', 'policyChanges', 'effects'])
    expect(load[part], part).toBeGreaterThan(0);
  for (const part of ['delivered', 'failedAttempts']) expect(deliveries[part], part).toBeGreaterThan(0);
}, 1_800_000);

test('the command that kills says what is wrong with its use, and touches nothing', async () => {
  expect(await runFaults('--kills', 'many')).toMatchObject({ code: 2, stdout: '' });
  expect((await runFaults('--kill', '1')).stderr).toContain("Unknown option '--kill'");
  expect((await runFaults('--help')).stdout).toContain('--seed S');
});
