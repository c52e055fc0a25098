import { createHash } from 'node:crypto';
import pg from 'pg';
import { afterAll, beforeAll, expect, inject, test, vi } from 'vitest';
import { decisionsInLog } from './harness/decisions-in-log.js';
import { post, publication } from './harness/http.js';
import { startServicesOnKafka, type ServicesOnKafka } from './harness/services-on-kafka.js';
import { readRecords, sendRecords, type TopicRecord } from './harness/topic-records.js';
import { runWeir } from './harness/weir-process.js';

/** What is required of a partition that meets a poisonous message; it is a hundred times what it takes on an idle machine. */
const GOES_ON_WITHIN_MS = 5_000;
const OBSERVED = 'packages.observed.v1';
const ENRICHED = 'packages.enriched.v1';
const brokers = inject('kafkaBrokers');

let system: ServicesOnKafka;
let database: pg.Client;
/** What the services themselves published about one event. */
let observed: TopicRecord;
let enriched: TopicRecord;

const timesOf = async (id: string): Promise<number> => (await decisionsInLog(database)).get(id)?.times ?? 0;
const untilDecided = (...ids: readonly string[]) =>
  vi.waitFor(async () => expect(await Promise.all(ids.map(timesOf))).toEqual(ids.map(() => 1)), {
    timeout: 60_000,
    interval: 100,
  });

beforeAll(async () => {
  system = await startServicesOnKafka(brokers, ['ingest', 'enrichment', 'evaluation']);
  database = new pg.Client({ connectionString: system.databaseUrl });
  await database.connect();
  await post(
    system.service('ingest').url,
    '/v1/events',
    publication('first', 'pkg:npm/first@1.0.0'),
    'application/cloudevents+json',
  );
  await untilDecided('first');
  [observed, enriched] = (await Promise.all(
    [OBSERVED, ENRICHED].map(async (topic) => only(await readRecords(brokers, topic))),
  )) as [TopicRecord, TopicRecord];
}, 240_000);

afterAll(async () => {
  await database.end();
  await system.stop();
}, 60_000);

const only = <Item>(items: readonly Item[]): Item => {
  const [item] = items;
  if (item === undefined || items.length > 1) throw new Error(`There should be one, not ${items.length}.`);
  return item;
};

const renamed = (json: string, id: string): string => json.replaceAll('"id":"first"', `"id":${JSON.stringify(id)}`);
const observation = (id: string): TopicRecord => ({
  ...observed,
  value: Buffer.from(renamed(String(observed.value), id)),
});
/** Beyond the places of what the tests post themselves. */
let place = 100;
/** Facts of another observation of the same package: each has its own place among them. */
const judgeable = (id: string): TopicRecord => {
  const envelope = JSON.parse(renamed(enriched.headers['weir-envelope'] ?? '', id)) as object;
  place += 1;
  return {
    ...enriched,
    headers: { ...enriched.headers, 'weir-envelope': JSON.stringify({ ...envelope, ordinal: place }) },
  };
};

interface Letter {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  readonly key: string;
  readonly cause: string;
}

const deadLetters = async (...args: readonly string[]): Promise<string> => {
  const { code, stdout, stderr } = await runWeir(['dead-letters', ...args, '--kafka', brokers.join(','), '--json']);
  expect(code, stderr).toBe(0);
  return stdout;
};
const listed = async (topic: string): Promise<readonly Letter[]> =>
  (JSON.parse(await deadLetters('list', '--topic', topic)) as { deadLetters: readonly Letter[] }).deadLetters;
const placeOf = ({ topic, partition, offset }: Letter): readonly string[] => [topic, String(partition), String(offset)];

/** Sends a poisonous message between good ones; resolves to how long the last good one waited for its decision. */
const poisonBetween = async (
  topic: string,
  before: TopicRecord,
  poison: TopicRecord,
  behind: TopicRecord,
  lastId: string,
): Promise<number> => {
  const sentAt = Date.now();
  await sendRecords(brokers, topic, [before, poison, behind]);
  await untilDecided(lastId);
  return ((await decisionsInLog(database)).get(lastId)?.recordedAt ?? 0) - sentAt;
};

test('a message that is no observation is set aside with its cause, and the partition goes on within 5 s', async () => {
  const waited = await poisonBetween(
    OBSERVED,
    observation('a1'),
    { ...observed, value: Buffer.from('{"workspace":7}') },
    observation('a2'),
    'a2',
  );
  expect(waited).toBeLessThan(GOES_ON_WITHIN_MS);
  expect(await timesOf('a1')).toBe(1);
  expect(await listed(OBSERVED)).toMatchObject([
    {
      topic: OBSERVED,
      partition: observed.partition,
      key: observed.key,
      cause: expect.stringContaining('/workspace') as string,
    },
  ]);

  const letter = only(await listed(OBSERVED));
  expect(JSON.parse(await deadLetters('show', ...placeOf(letter)))).toMatchObject({
    key: observed.key,
    valueText: '{"workspace":7}',
  });
  await deadLetters('replay', ...placeOf(letter));
  await vi.waitFor(
    async () => expect(await listed(OBSERVED), 'what is replayed too early comes back').toHaveLength(2),
    { timeout: 60_000, interval: 500 },
  );
}, 180_000);

test('facts that are nowhere are a fault that is decided (ADR 0009), no dead letter, and the partition goes on within 5 s', async () => {
  const facts = Buffer.concat([enriched.value, Buffer.from('\n')]);
  const digest = `sha256:${createHash('sha256').update(facts).digest('hex')}`;
  const template = judgeable('lost-facts');
  const envelope = JSON.stringify({
    ...(JSON.parse(template.headers['weir-envelope'] ?? '') as object),
    factsDigest: digest,
    sequence: 1_000,
  });
  const lost = { ...template, headers: { ...template.headers, 'weir-envelope': envelope }, value: Buffer.alloc(0) };
  expect(await poisonBetween(ENRICHED, judgeable('b1'), lost, judgeable('b2'), 'b2')).toBeLessThan(GOES_ON_WITHIN_MS);
  await untilDecided('lost-facts');
  expect(await listed(ENRICHED)).toEqual([]);

  await database.query(
    `INSERT INTO log.evidence (digest, kind, encoding, bytes, size) VALUES ($1, 'facts', 'identity', $2, $3)`,
    [digest, facts, facts.byteLength],
  );
  await sendRecords(brokers, ENRICHED, [lost, judgeable('b3')]);
  await untilDecided('b3');
  expect(await timesOf('lost-facts')).toBe(1);
  const { stdout } = await runWeir(['log', 'verify', '--database', system.databaseUrl, '--json']);
  expect(JSON.parse(stdout)).toMatchObject({ valid: true, firstBad: null });
}, 300_000);
