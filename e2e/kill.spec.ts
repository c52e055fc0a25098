import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { afterAll, expect, test } from 'vitest';
import { askUntil, post, publication } from './harness/http.js';
import { seeded } from '../tools/testing/seeded.js';
import {
  databaseUrlOf,
  removeFolder,
  runWeir,
  startWeirProcess,
  temporaryFolder,
  type RunningWeir,
} from './harness/weir-process.js';

const KILLS = 20;
const SEED = 20_261_122;
const BATCH = 25;
const data = temporaryFolder();

afterAll(() => removeFolder(data));

/** Sends batches until `stop`, noting what was accepted and what has an unknown outcome; those are sent again later. */
const sendUntil = async (
  weir: RunningWeir,
  ledger: Set<string>,
  retry: string[],
  next: () => number,
  stop: AbortSignal,
): Promise<void> => {
  while (!stop.aborted) {
    const ids = retry.length > 0 ? retry.splice(0, BATCH) : Array.from({ length: BATCH }, () => `kill-${next()}`);
    const events = ids.map((id) =>
      publication(id, `pkg:npm/package-${Number(id.split('-')[1]) % 400}@1.${id.split('-')[1] ?? ''}.0`),
    );
    try {
      const { status } = await post(weir.url, '/v1/events', events, 'application/cloudevents-batch+json');
      if (status === 202) for (const id of ids) ledger.add(id);
      else retry.push(...ids);
    } catch {
      retry.push(...ids);
    }
  }
};

test(`after ${KILLS} kills at seeded moments under load every accepted event has exactly one decision`, async () => {
  const random = seeded(SEED);
  const ledger = new Set<string>();
  const retry: string[] = [];
  let sent = 0;
  const killed = { weir: 0, postgres: 0 };
  for (let kill = 0; kill < KILLS; kill += 1) {
    const weir = await startWeirProcess(data);
    const stop = new AbortController();
    const senders = [0, 1].map(() => sendUntil(weir, ledger, retry, () => (sent += 1), stop.signal));
    await sleep(200 + random() * 1300);
    if (random() < 0.25) {
      process.kill(
        Number((await import('node:fs')).readFileSync(`${data}/cluster/postmaster.pid`, 'utf8').split('\n')[0]),
        'SIGKILL',
      );
      killed.postgres += 1;
      await sleep(random() * 100);
    }
    await weir.end('SIGKILL');
    killed.weir += 1;
    stop.abort();
    await Promise.all(senders);
  }
  const weir = await startWeirProcess(data);
  const stop = new AbortController();
  const last = sendUntil(weir, ledger, retry, () => (sent += 1), stop.signal);
  while (retry.length > 0 || ledger.size <= KILLS * BATCH) await sleep(50);
  stop.abort();
  await last;
  const database = new pg.Client({ connectionString: databaseUrlOf(data) });
  await database.connect();
  const decided = async () => {
    const { rows } = await database.query<{ id: string; times: number }>(
      `SELECT data::jsonb #>> '{cause,observation,id}' AS id, count(*)::float8 AS times FROM log.event
        WHERE type = 'DecisionRecorded' AND data::jsonb #>> '{cause,kind}' = 'observation' GROUP BY 1`,
    );
    return new Map(rows.map(({ id, times }) => [id, times]));
  };
  for (let waited = 0; waited < 60_000 && [...ledger].some((id) => !found.has(id)); waited += 500) {
    await sleep(500);
    found = await decided();
  }
  found = await decided();
  const gaps = await database.query('SELECT shard FROM log.event GROUP BY shard HAVING count(*) <> max(position) + 1');
  await database.end();
  console.log(`accepted ${ledger.size}, decided ${found.size}, kills ${JSON.stringify(killed)}`);
  expect(
    [...ledger].filter((id) => !found.has(id)),
    'accepted events without a decision',
  ).toEqual([]);
  expect(
    [...found].filter(([, times]) => times !== 1),
    'events with more than one decision',
  ).toEqual([]);
  expect(gaps.rows).toEqual([]);
  const { status } = await askUntil(weir.url, '/ready', (answer) => answer.status === 200);
  expect(status).toBe(200);
  const verification = await runWeir(['log', 'verify', '--json'], { DATABASE_URL: databaseUrlOf(data) });
  expect(JSON.parse(verification.stdout)).toMatchObject({ valid: true, firstBad: null });
  expect(await weir.end('SIGTERM')).toBe(0);
}, 600_000);

let found = new Map<string, number>();
