import { execFileSync } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { afterEach, expect, test } from 'vitest';
import { childrenOf } from '../apps/weir/src/embedded-postgres/kill-with-children.js';
import { ask, askUntil, post, publication, type Answer } from './harness/http.js';
import {
  databaseUrlOf,
  removeFolder,
  startWeirProcess,
  temporaryFolder,
  type RunningWeir,
} from './harness/weir-process.js';

let cleanUp: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const step of cleanUp.reverse()) await step();
  cleanUp = [];
});

const postmasterOf = (data: string): number =>
  Number(readFileSync(join(data, 'cluster', 'postmaster.pid'), 'utf8').split('\n')[0]);

const start = async (data: string, env: NodeJS.ProcessEnv = {}): Promise<RunningWeir> => {
  const weir = await startWeirProcess(data, env);
  cleanUp.push(async () => {
    await weir.end('SIGTERM');
  });
  return weir;
};

const decidedIds = async (data: string): Promise<ReadonlySet<string>> => {
  const client = new pg.Client({ connectionString: databaseUrlOf(data) });
  await client.connect();
  const { rows } = await client
    .query<{ id: string }>(
      `SELECT data::jsonb #>> '{cause,observation,id}' AS id FROM log.event WHERE type = 'DecisionRecorded'`,
    )
    .finally(() => client.end());
  return new Set(rows.map(({ id }) => id));
};

const untilDecided = async (data: string, accepted: readonly string[]): Promise<void> => {
  await expect
    .poll(
      async () => {
        const decided = await decidedIds(data);
        return accepted.filter((id) => !decided.has(id));
      },
      { timeout: 60_000, interval: 500 },
    )
    .toEqual([]);
};

const PATHS = ['/v1/packages', '/v1/decisions', '/v1/policies', '/v1/effects', '/v1/feeds', '/ready'];

/** What is answered while PostgreSQL is away: what it was that the paths and an event got, by status. */
const observeAnswers = async (url: string, accepted: string[], name: string, until: Promise<unknown>) => {
  const answers: Answer<unknown>[] = [];
  let isOver = false;
  void until.finally(() => (isOver = true));
  for (let n = 0; !isOver; n += 1) {
    const id = `${name}-${n}`;
    const event = publication(id, `pkg:npm/${id}@1.0.0`);
    const sent = await post(url, '/v1/events', event, 'application/cloudevents+json');
    if (sent.status === 202) accepted.push(id);
    answers.push(sent, await ask(url, PATHS[n % PATHS.length] ?? '/ready'));
    await sleep(20);
  }
  return answers;
};

const refuseFaults = (answers: readonly Answer<unknown>[]): void => {
  expect([...new Set(answers.map(({ status }) => status))].sort().filter((s) => ![200, 202, 503].includes(s))).toEqual(
    [],
  );
  for (const { status, type, body } of answers.filter((answer) => answer.status === 503)) {
    expect(type, String(status)).toContain('application/problem+json');
    expect(JSON.stringify(body)).not.toMatch(/127\.0\.0\.1|weir_service|ECONN|:\d{4,5}\b/);
  }
};

test('a PostgreSQL that is killed is started again, whatever is accepted meanwhile is decided, and no request is a fault', async () => {
  const data = temporaryFolder();
  cleanUp.push(() => removeFolder(data));
  const weir = await start(data);
  const accepted: string[] = [];
  for (const round of [1, 2]) {
    const killed = postmasterOf(data);
    const back = (async () => {
      await sleep(300);
      process.kill(killed, 'SIGKILL');
      await askUntil(weir.url, '/ready', ({ status }) => status === 503);
      const { status } = await askUntil(weir.url, '/ready', (answer) => answer.status === 200, 60_000);
      expect(status).toBe(200);
    })();
    refuseFaults(await observeAnswers(weir.url, accepted, `killed-${round}`, back));
    await back;
    expect(postmasterOf(data)).not.toBe(killed);
  }
  expect(accepted.length).toBeGreaterThan(2);
  await untilDecided(data, accepted);
  expect(weir.log()).toContain('PostgreSQL ended by itself and is started again');
});

test('while PostgreSQL hangs, Ctrl-C ends all of it', async () => {
  const data = temporaryFolder();
  cleanUp.push(() => removeFolder(data));
  const weir = await startWeirProcess(data);
  const postmaster = postmasterOf(data);
  for (const pid of [postmaster, ...childrenOf(postmaster)]) process.kill(pid, 'SIGSTOP');
  const answer = await ask(weir.url, '/ready');
  expect(answer.status).toBe(503);
  expect(await weir.end('SIGINT')).toBe(0);
  expect(weir.log()).toContain('PostgreSQL runs and does not answer: it is ended');
  expect(existsSync(`/proc/${postmaster}`)).toBe(false);
});

/** A device of its own that is small enough to be filled. */
const smallDevice = (): string => {
  const folder = temporaryFolder();
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=300m,mode=0755', 'tmpfs', folder]);
  cleanUp.push(() => {
    execFileSync('umount', ['--lazy', folder]);
    rmSync(folder, { recursive: true, force: true });
  });
  return folder;
};

const fill = (file: string): void => {
  const target = openSync(file, 'w');
  const block = Buffer.alloc(1024 * 1024);
  try {
    for (;;) writeSync(target, block);
  } catch (fault) {
    if ((fault as NodeJS.ErrnoException).code !== 'ENOSPC') throw fault;
  } finally {
    closeSync(target);
  }
};

const mayMount = process.platform === 'linux' && process.getuid?.() === 0;

test.runIf(mayMount || process.env['CI'] !== undefined)(
  'on a device without space it says so, answers 503, and goes on by itself when space comes back',
  async () => {
    const device = smallDevice();
    const data = join(device, 'data');
    mkdirSync(data, { mode: 0o755 });
    const weir = await start(data);
    const accepted: string[] = [];
    const filler = join(device, 'filler');
    fill(filler);
    process.kill(postmasterOf(data), 'SIGKILL');
    const said = expect
      .poll(() => weir.log(), { timeout: 30_000 })
      .toMatch(/No space left on the device of .*: free some; it is tried again every 5 s/);
    refuseFaults(await observeAnswers(weir.url, accepted, 'full', said));
    await said;
    const { status } = await ask(weir.url, '/ready');
    expect(status).toBe(503);
    rmSync(filler);
    expect((await askUntil(weir.url, '/ready', (answer) => answer.status === 200, 60_000)).status).toBe(200);
    refuseFaults(await observeAnswers(weir.url, accepted, 'free', sleep(1_000)));
    expect(accepted.filter((id) => id.startsWith('free')).length).toBeGreaterThan(0);
    await untilDecided(data, accepted);
  },
);
