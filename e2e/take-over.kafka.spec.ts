import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { afterAll, beforeAll, expect, inject, test, vi } from 'vitest';
import { decisionsInLog } from './harness/decisions-in-log.js';
import { post, publication } from './harness/http.js';
import { startServicesOnKafka, type ServicesOnKafka } from './harness/services-on-kafka.js';
import { runWeir } from './harness/weir-process.js';

/** The group gives a silent member's partitions away after 6 s. */
const LONGER_THAN_THE_SESSION_MS = 9_000;
const PARTITIONS = 4;
const BATCH = 20;

let system: ServicesOnKafka;
let database: pg.Client;
const sent: string[] = [];

beforeAll(async () => {
  system = await startServicesOnKafka(inject('kafkaBrokers'), ['ingest', 'enrichment', 'evaluation-1', 'evaluation-2']);
  database = new pg.Client({ connectionString: system.databaseUrl });
  await database.connect();
}, 240_000);

afterAll(async () => {
  await database.end();
  await system.stop();
}, 60_000);

const publish = async (count: number): Promise<void> => {
  const ids = Array.from({ length: count }, (_, i) => `over-${sent.length + i}`);
  sent.push(...ids);
  const { status } = await post(
    system.service('ingest').url,
    '/v1/events',
    ids.map((id) => publication(id, `pkg:npm/${id}@1.0.0`)),
    'application/cloudevents-batch+json',
  );
  expect(status).toBe(202);
};

const publishFor = async (milliseconds: number): Promise<void> => {
  for (const until = Date.now() + milliseconds; Date.now() < until;) {
    await publish(BATCH);
    await sleep(100);
  }
};

/** Every event that was sent so far gets its decision; returns when it has. */
const untilDecided = async (): Promise<void> => {
  await vi.waitFor(async () => expect((await decisionsInLog(database)).size).toBe(sent.length), {
    timeout: 60_000,
    interval: 500,
  });
};

const expectOneDecisionEach = async (): Promise<void> => {
  const decisions = await decisionsInLog(database);
  expect(sent.filter((id) => decisions.get(id)?.times !== 1)).toEqual([]);
  const { rows } = await database.query(
    'SELECT shard FROM log.event GROUP BY shard HAVING count(*) <> max(position) + 1',
  );
  expect(rows).toEqual([]);
  const { stdout } = await runWeir(['log', 'verify', '--database', system.databaseUrl, '--json']);
  expect(JSON.parse(stdout)).toMatchObject({ valid: true, firstBad: null });
};

test('when one of two evaluation processes is killed -9 at work the other takes over, and nothing is missing or double', async () => {
  await publishFor(1_000);
  await system.service('evaluation-1').end('SIGKILL');
  await publishFor(1_000);
  await untilDecided();
  await expectOneDecisionEach();
  await system.service('evaluation-1').start();
}, 180_000);

/** Both evaluation processes stand between what they read and what they would write: their reads wait for a lock. */
const holdBetweenReadAndWrite = async (): Promise<pg.Client> => {
  const lock = new pg.Client({ connectionString: system.databaseUrl });
  await lock.connect();
  await lock.query('BEGIN; LOCK TABLE evaluation.judgement IN ACCESS EXCLUSIVE MODE');
  await vi.waitFor(
    async () => {
      await publish(BATCH);
      const { rows } = await database.query(
        `SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE '%evaluation.judgement%'`,
      );
      expect(rows.length).toBeGreaterThanOrEqual(PARTITIONS);
    },
    { timeout: 30_000, interval: 200 },
  );
  return lock;
};

test('a writer that is stopped between reading and writing wakes up when the other has its shards: it is fenced, changes nothing, and takes part again', async () => {
  const lock = await holdBetweenReadAndWrite();
  system.service('evaluation-1').signal('SIGSTOP');
  await lock.query('COMMIT');
  await lock.end();
  await publishFor(LONGER_THAN_THE_SESSION_MS);
  await untilDecided();
  const before = system.logOf('evaluation-1').length;
  system.service('evaluation-1').signal('SIGCONT');
  await publishFor(2_000);
  await vi.waitFor(() => expect(system.logOf('evaluation-1').slice(before)).toContain('ShardFenced'), {
    timeout: 30_000,
  });
  await untilDecided();
  await expectOneDecisionEach();

  await system.service('evaluation-2').end('SIGKILL');
  await publish(BATCH);
  await untilDecided();
  await expectOneDecisionEach();
}, 240_000);
