import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { TOPICS } from '@weir/contracts';
import { openKafkaTopics, type KafkaTopics, type TopicMessage } from '@weir/messaging';
import { createLogger } from '@weir/service';
import pg from 'pg';
import { afterAll, beforeAll, expect, inject, test, vi } from 'vitest';
import { freshTopics } from '../tools/testing/fresh-topics.js';
import { post, publication } from './harness/http.js';
import { seeded } from '../tools/testing/seeded.js';
import {
  databaseUrlOf,
  removeFolder,
  repositoryRoot,
  startWeirProcess,
  temporaryFolder,
  type RunningWeir,
} from './harness/weir-process.js';

const ROUNDS = 8;
const EVENTS_A_ROUND = 25;
const folder = temporaryFolder();
const lines = join(folder, 'decisions.log');
const brokers = inject('kafkaBrokers');
const random = seeded(120);
const logger = createLogger('test');
logger.level = 'silent';

let weir: RunningWeir;
let topics: KafkaTopics;
let log: pg.Client;

beforeAll(async () => {
  await freshTopics(brokers);
  weir = await startWeirProcess(folder, { KAFKA_BROKERS: brokers.join(',') });
  topics = await openKafkaTopics({ brokers, clientId: 'test', partitions: 4, logger });
  log = new pg.Client({ connectionString: databaseUrlOf(folder) });
  await log.connect();
});
afterAll(async () => {
  await log.end();
  await topics.close();
  await weir.end('SIGTERM');
  removeFolder(folder);
});

const follow = () => {
  const env = {
    ...process.env,
    KAFKA_BROKERS: brokers.join(','),
    GROUP: 'follow-decisions-test',
    NODE_NO_WARNINGS: '1',
  };
  const child = spawn(
    process.execPath,
    [join(repositoryRoot, 'examples/follow-decisions/follow-decisions.js'), lines],
    { env, stdio: ['ignore', 'ignore', 'pipe'] },
  );
  let errors = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (errors += text));
  const ended = new Promise<number | string>((resolve) =>
    child.once('exit', (code, signal) => resolve(signal ?? code ?? -1)),
  );
  const end = (signal: NodeJS.Signals) => {
    child.kill(signal);
    return ended;
  };
  return { end, ended, errors: () => errors };
};

/** Ids of the decisions that the log holds. */
const decided = async (): Promise<readonly string[]> =>
  (
    await log.query<{ id: string }>(
      `SELECT replace(shard, '/', '-') || '-' || position AS id FROM log.event WHERE type = 'DecisionRecorded'`,
    )
  ).rows.map(({ id }) => id);

const published = async (): Promise<readonly TopicMessage[]> =>
  (
    await Promise.all(
      Array.from({ length: topics.partitions }, (_, partition) => topics.peek(TOPICS.decisions, partition, 0, 10_000)),
    )
  ).flat();

/** Publishes some of what is there once more, as a relay that was killed before it noted how far it was. */
const publishAgain = async (): Promise<number> => {
  const byPartition = Map.groupBy(await published(), ({ partition }) => partition);
  const repeats = [...byPartition.values()].flatMap((messages) =>
    messages.slice(Math.floor(random() * messages.length)),
  );
  await topics.publish(repeats.map(({ topic, key, headers, value }) => ({ topic, key, headers, value })));
  return repeats.length;
};

const written = (): readonly string[] => (existsSync(lines) ? readFileSync(lines, 'utf8').trimEnd().split('\n') : []);

test('a follower that is killed again and again, with decisions published twice, writes each decision once', async () => {
  let repeated = 0;
  const kills: (number | string)[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const follower = follow();
    const batch = Array.from({ length: EVENTS_A_ROUND }, (_, i) =>
      publication(`follow-${round}-${i}`, `pkg:npm/follow-${round}-${i}@1.0.0`),
    );
    expect((await post(weir.url, '/v1/events', batch, 'application/cloudevents-batch+json')).status).toBe(202);
    await vi.waitFor(async () => expect(await decided()).toHaveLength((round + 1) * EVENTS_A_ROUND), {
      timeout: 30_000,
      interval: 200,
    });
    await sleep(500 + random() * 2_500);
    repeated += await publishAgain();
    await sleep(random() * 500);
    kills.push(await follower.end('SIGKILL'));
  }
  expect(kills).toEqual(Array.from({ length: ROUNDS }, () => 'SIGKILL'));
  expect(repeated).toBeGreaterThan(0);
  const last = follow();
  const wanted = (await decided()).toSorted();
  await vi.waitFor(() => expect(ids()).toHaveLength(wanted.length), { timeout: 60_000, interval: 250 });
  await publishAgain();
  await sleep(3_000);
  expect(await last.end('SIGTERM'), last.errors()).toBe(0);
  expect(ids().toSorted()).toEqual(wanted);
  expect(written().every((line) => line.split('\t').length === 7)).toBe(true);
}, 240_000);

/** The id of every line, as often as it was written. */
const ids = (): readonly string[] => written().map((line) => line.split('\t')[0] ?? '');
