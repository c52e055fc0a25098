import { spawn, type ChildProcess } from 'node:child_process';
import { tmpdir } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { pino } from 'pino';
import { expect, onTestFinished, test } from 'vitest';
import { supervisePostgres, type PostgresGivenUp } from './supervise-postgres.js';

const logger = pino({ level: 'silent' });
const backOff = { next: () => 1, pause: () => sleep(1), reset: () => undefined };

/** A process of a kind, and how many were started. */
const programs = (script: string) => {
  const started: ChildProcess[] = [];
  const launch = (): ChildProcess => {
    const one = spawn(process.execPath, ['-e', script], { stdio: 'ignore' });
    started.push(one);
    return one;
  };
  onTestFinished(() => {
    for (const one of started) one.kill('SIGKILL');
  });
  return { launch, started };
};
const untilSpawned = (server: ChildProcess): Promise<void> =>
  new Promise((resolve) => server.once('spawn', () => resolve()));
const untilGone = (server: ChildProcess): Promise<void> =>
  new Promise((_, reject) => server.once('exit', () => reject(new Error('it ended'))));
const place = { ask: async () => undefined, folder: tmpdir(), log: '/the/postgres.log', backOff };

test('a server that ends again and again is given up once, with how it ends and where its log is', async () => {
  const { launch, started } = programs('process.exit(7)');
  const givenUp = Promise.withResolvers<PostgresGivenUp>();
  supervisePostgres(
    launch(),
    { launch, untilReady: untilGone, ...place },
    { logger, onGivenUp: givenUp.resolve },
    new AbortController().signal,
  );
  expect((await givenUp.promise).message).toMatch(/10 times in a row \(exit code 7\).*\/the\/postgres\.log/);
  expect(started).toHaveLength(11);
});

test('one that was up in between is started as often as it ends, and none after the end', async () => {
  const { launch, started } = programs('setInterval(() => undefined, 1000)');
  const stop = new AbortController();
  const given: unknown[] = [];
  const first = launch();
  const { running } = supervisePostgres(
    first,
    { launch, untilReady: untilSpawned, ...place },
    { logger, onGivenUp: (fault) => given.push(fault) },
    stop.signal,
  );
  for (let kill = 1; kill <= 14; kill += 1) {
    running().kill('SIGKILL');
    await expect.poll(() => started.length).toBe(kill + 1);
    await sleep(20);
  }
  stop.abort();
  running().kill('SIGKILL');
  await sleep(100);
  expect(started).toHaveLength(15);
  expect(given).toEqual([]);
});
