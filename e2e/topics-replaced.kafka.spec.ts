import { Kafka, logLevel, type Admin } from 'kafkajs';
import pg from 'pg';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { startLocalKafka, type LocalKafka } from '../tools/testing/kafka-for-tests.js';
import { decisionsInLog } from './harness/decisions-in-log.js';
import { makeFreshTopics } from './harness/fresh-topics.js';
import { ask, askUntil, post, publication } from './harness/http.js';
import { startServicesOnKafka, type ServicesOnKafka } from './harness/services-on-kafka.js';
import { readRecords } from './harness/topic-records.js';
import { runWeir } from './harness/weir-process.js';

// A Kafka that is another one than before, topics made anew, and what was cut before it was read, each with real brokers and
// services that go on running. What must hold: accepted and held by the brokers or the database is decided, once.

const READERS = ['enrichment', 'evaluation', 'action'] as const;
const BATCH = 50;
const WITHIN = { timeout: 90_000, interval: 500 };

let kafka: LocalKafka;
let admin: Admin;
let system: ServicesOnKafka;
let database: pg.Client;
const sent: string[] = [];

beforeAll(async () => {
  kafka = await startLocalKafka(1);
  system = await startServicesOnKafka(kafka.bootstrap, ['ingest', ...READERS]);
  database = new pg.Client({ connectionString: system.databaseUrl });
  await database.connect();
  admin = new Kafka({ brokers: [...kafka.bootstrap], logLevel: logLevel.NOTHING }).admin();
  await admin.connect();
}, 300_000);

afterAll(async () => {
  await admin.disconnect();
  await database.end();
  await system.stop();
  await kafka.stop();
}, 120_000);

/** Accepted with 202, whatever comes of it. */
const publish = async (count: number): Promise<readonly string[]> => {
  const ids = Array.from({ length: count }, (_, i) => `event-${sent.length + i}`);
  for (let from = 0; from < count; from += BATCH) {
    const batch = ids.slice(from, from + BATCH).map((id) => publication(id, `pkg:npm/${id}@1.0.0`));
    await vi.waitFor(async () => {
      const { status } = await post(system.service('ingest').url, '/v1/events', batch, BATCH_TYPE);
      expect(status).toBe(202);
    }, WITHIN);
  }
  sent.push(...ids);
  return ids;
};
const BATCH_TYPE = 'application/cloudevents-batch+json';

const decided = async (): Promise<number> => (await decisionsInLog(database)).size;
const untilDecided = (ids: readonly string[]) =>
  vi.waitFor(async () => {
    const decisions = await decisionsInLog(database);
    expect(ids.filter((id) => !decisions.has(id))).toEqual([]);
  }, WITHIN);

const lostOf = async (name: string): Promise<number> => {
  const text = await (await fetch(`${system.service(name).url}/metrics`)).text();
  return [...text.matchAll(/^weir_position_lost\{.*\} 1$/gm)].length;
};

/** Each of them says that it stands still, to whoever asks. */
const untilStill = async (names: readonly string[]): Promise<void> => {
  for (const name of names) {
    await vi.waitFor(async () => {
      const { status, body } = await ask<{ detail: string }>(system.service(name).url, '/ready');
      expect(status, name).toBe(503);
      expect(body.detail).toContain('weir topics adopt');
    }, WITHIN);
    expect(await lostOf(name), name).toBeGreaterThan(0);
    expect(system.logOf(name)).toContain('PositionLost');
  }
};

interface Adoption {
  readonly lost: readonly {
    readonly group: string;
    readonly topic: string;
    readonly loss: string;
    readonly messages: number;
  }[];
  readonly toldAgain: { readonly observations: number; readonly packages: number };
  readonly adopted: boolean;
}

const adopt = async (...more: readonly string[]): Promise<{ readonly code: number; readonly said: Adoption }> => {
  const where = ['--kafka', kafka.bootstrap.join(','), '--database', system.databaseUrl];
  const { code, stdout, stderr } = await runWeir(['topics', 'adopt', ...where, '--json', ...more]);
  expect(stdout, stderr).not.toBe('');
  return { code, said: JSON.parse(stdout) as Adoption };
};

/** First only shown, then done, then all are ready again. */
const adoptAndGoOn = async (): Promise<Adoption> => {
  const before = await decided();
  const shown = await adopt();
  expect([shown.code, shown.said.adopted]).toEqual([1, false]);
  expect(await decided(), 'what is only shown changes nothing').toBe(before);
  const done = await adopt('--because', 'a test replaced it', '--by', 'tester');
  expect([done.code, done.said.adopted]).toEqual([0, true]);
  for (const name of READERS)
    expect((await askUntil(system.service(name).url, '/ready', ({ status }) => status === 200)).status).toBe(200);
  expect(await adopt()).toMatchObject({ code: 0, said: { lost: [] } });
  return done.said;
};

/** Nothing is missing and nothing is double: in the log, and in the topic for those who follow it. */
const expectOneDecisionEach = async (ids: readonly string[]): Promise<void> => {
  const decisions = await decisionsInLog(database);
  expect(ids.filter((id) => decisions.get(id)?.times !== 1)).toEqual([]);
  const { stdout } = await runWeir(['log', 'verify', '--database', system.databaseUrl, '--json']);
  expect(JSON.parse(stdout)).toMatchObject({ valid: true, firstBad: null });
};

const placesInTopic = async (): Promise<ReadonlySet<string>> =>
  new Set(
    (await readRecords(kafka.bootstrap, 'decisions.recorded.v1')).map(
      ({ headers }) => `${headers['weir-shard']} ${headers['weir-position']}`,
    ),
  );

const eventsOfAdoption = async () =>
  (
    await database.query<{ subject: string; data: string }>(
      `SELECT subject, data FROM log.event WHERE type = 'TopicAdopted'`,
    )
  ).rows;

test('a Kafka that was set up anew is not read on, and read whole once it is adopted', async () => {
  await untilDecided(await publish(200));
  await system.service('evaluation').end('SIGKILL');
  // Enriched into the old cluster, and never read there: only the database knows of them.
  await publish(40);
  await vi.waitFor(async () => {
    const { rows } = await database.query<{ count: string }>('SELECT count(*) FROM intelligence.observation');
    expect(rows[0]?.count).toBe('240');
  }, WITHIN);
  await kafka.replace();
  await makeFreshTopics(kafka.bootstrap);
  // More than the positions of before: who read on there would skip 240 of them.
  await publish(400);
  const evaluation = system.service('evaluation').start();
  await untilStill(READERS);
  expect(await decided()).toBe(200);
  const { lost, toldAgain } = await adoptAndGoOn();
  await evaluation;
  expect(lost.map(({ loss }) => loss)).toContain('another topic');
  expect(toldAgain).toEqual({ observations: 40, packages: 0 });
  await untilDecided(sent);
  await expectOneDecisionEach(sent);
  await vi.waitFor(async () => expect((await placesInTopic()).size).toBe(640), WITHIN);
  const events = await eventsOfAdoption();
  expect(events.map(({ subject }) => subject).sort()).toContain('relay decisions.recorded.v1');
  expect(JSON.parse(events[0]?.data ?? '')).toMatchObject({ by: 'tester', because: 'a test replaced it' });
}, 400_000);

test('topics that were deleted and made again stop their readers at work, and are read whole once adopted', async () => {
  await makeFreshTopics(kafka.bootstrap);
  await publish(700);
  await untilStill(READERS);
  const before = await decided();
  await adoptAndGoOn();
  await untilDecided(sent);
  expect(before).toBeLessThan(sent.length);
  await expectOneDecisionEach(sent);
}, 300_000);

test('facts that were cut off before evaluation read them are published again, and each is decided', async () => {
  await system.service('evaluation').end('SIGKILL');
  await publish(60);
  await vi.waitFor(async () => {
    const { rows } = await database.query<{ count: string }>('SELECT count(*) FROM intelligence.observation');
    expect(rows[0]?.count).toBe(String(sent.length));
  }, WITHIN);
  await cut('packages.enriched.v1');
  const starting = system.service('evaluation').start();
  await untilStill(['evaluation']);
  const { lost, toldAgain } = await adoptAndGoOn();
  await starting;
  expect(new Set(lost.map(({ group, topic, loss }) => `${group} ${topic} ${loss}`))).toEqual(
    new Set(['evaluation packages.enriched.v1 cut']),
  );
  expect(toldAgain.observations).toBe(60);
  await untilDecided(sent);
  await expectOneDecisionEach(sent);
}, 200_000);

test('events that were cut off before enrichment read them are counted, and those behind them are decided', async () => {
  await system.service('enrichment').end('SIGKILL');
  const gone = await publish(40);
  await cut('packages.observed.v1');
  const kept = await publish(40);
  const starting = system.service('enrichment').start();
  await untilStill(['enrichment']);
  const { lost } = await adoptAndGoOn();
  await starting;
  expect(lost.reduce((sum, { messages }) => sum + messages, 0)).toBe(40);
  await untilDecided(kept);
  await expectOneDecisionEach(kept);
  const decisions = await decisionsInLog(database);
  expect(
    gone.filter((id) => decisions.has(id)),
    'nobody holds these any more',
  ).toEqual([]);
}, 200_000);

/** As retention does. */
const cut = async (topic: string): Promise<void> => {
  const ends = await admin.fetchTopicOffsets(topic);
  const partitions = ends.map(({ partition, high }) => ({ partition, offset: high }));
  await admin.deleteTopicRecords({ topic, partitions });
};
