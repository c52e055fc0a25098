import { deadLetterTopic, retryTopic, TOPICS } from '@weir/contracts';
import { eventCatalog, type DecisionRecorded } from '@weir/domain';
import {
  eventStoreMigrations,
  openEventStore,
  type EventCatalog,
  type EventStore,
  type NewEvent,
} from '@weir/event-store';
import { messagingMigrations, openEmbeddedTopics, type EmbeddedTopics } from '@weir/messaging';
import { scrape, type Composed, type ProcessPorts } from '@weir/service';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import {
  activatePolicies,
  enrichedMessage,
  openJudgingBench,
  type JudgingBench,
} from '../../../tools/testing/judging.js';
import { migrateTestDatabase } from '../../../tools/testing/migrate-test-database.js';
import { newerCatalog, NEWER_VERSION, sentenceOn } from '../../../tools/testing/newer-weir.js';
import { startTestService, type TestService } from '../../../tools/testing/start-service.js';
import { keepWarnings, type Warnings } from '../../../tools/testing/warnings.js';
import { EVALUATION_GROUP } from './consume-facts/facts-consumer.controller.js';
import { evaluationMigrations } from './evaluation-migrations.js';
import { EvaluationModule, evaluationServer } from './evaluation.module.js';

const WITHIN = { timeout: 30_000, interval: 50 };
const SHARD = 'evaluation/0';
const RETRY_PAUSES = [50, 100];

let bench: JudgingBench;
let topics: EmbeddedTopics;
let newer: EventStore;
let warnings: Warnings;
let service: TestService | null = null;

beforeEach(async () => {
  bench = await openJudgingBench();
  const migrations = [...eventStoreMigrations, ...messagingMigrations, ...evaluationMigrations];
  await migrateTestDatabase(bench.database, migrations);
  warnings = keepWarnings();
  const embedded = { databaseUrl: bench.database.serviceUrl, partitions: 1, rebalanceEvery: 50 };
  topics = await openEmbeddedTopics({ ...embedded, logger: warnings.logger });
  newer = openEventStore(bench.pool, newerCatalog);
});
afterEach(async () => {
  await stop();
  await topics.close();
  await bench.close();
});

/** Evaluation as it runs in production, knowing the events of `catalog`. */
const start = async (catalog: EventCatalog): Promise<void> => {
  const { logger } = warnings;
  const store = openEventStore(bench.pool, catalog);
  const compose = (ports: ProcessPorts): Composed => ({
    module: EvaluationModule.forRoot({ ...bench, ...ports, store, topics, lookEveryMillis: 50 }),
    consumers: [evaluationServer({ topics, retryPauses: RETRY_PAUSES })],
  });
  service = await startTestService('evaluation', compose, { logger });
};
const stop = async (): Promise<void> => {
  await service?.close();
  service = null;
};

const ready = async () => {
  const answer = await fetch(`${service?.url ?? ''}/ready`);
  return { status: answer.status, body: await answer.text() };
};
const standsStill = (sentence: string) =>
  vi.waitFor(async () => {
    const { status, body } = await ready();
    expect([status, body]).toEqual([503, expect.stringContaining(sentence)]);
  }, WITHIN);

const publish = async (name: string, offset: number): Promise<void> => {
  const { topic, key, headers, value } = enrichedMessage(name, { name }, { offset });
  await topics.publish([{ topic, key, headers, value }]);
};
/** Decisions by `policySetDigest`; what is no decision has none. */
const judgedBy = async (): Promise<readonly (string | undefined)[]> => {
  const events = await newer.read(SHARD, { position: 0, limit: 100 });
  return events.map(({ data }) => (data as Partial<DecisionRecorded['data']>).policySetDigest);
};
const decisionsStored = async (): Promise<number> =>
  (await newer.read(SHARD, { position: 0, limit: 100 })).filter(({ type }) => type === 'DecisionRecorded').length;
const positionRead = async (): Promise<number | undefined> =>
  (await newer.shards()).find(({ shard }) => shard === SHARD)?.sources[TOPICS.enriched];
const written = async (topic: string): Promise<number> => (await topics.ends(topic))[0] ?? 0;
/** The package's look is due for long; nobody looks. */
const makeDue = () => bench.pool.query("UPDATE evaluation.judgement SET look_at = '2020-01-01T00:00:00Z'");
const stillDue = async (): Promise<boolean> => {
  const { rows } = await bench.pool.query('SELECT 1 FROM evaluation.judgement WHERE look_at < now()');
  return rows.length > 0;
};

/** The partition was tried several times since the message came, and nothing came of it. */
const staysUnread = async (offset: number): Promise<void> => {
  const before = warnings.faults.length;
  await vi.waitFor(() => expect(warnings.faults.length).toBeGreaterThan(before + 3), WITHIN);
  expect(await positionRead()).toBe(offset);
  expect(await stillDue()).toBe(true);
  const elsewhere = [deadLetterTopic(TOPICS.enriched), retryTopic(EVALUATION_GROUP, 1)];
  expect(await Promise.all(elsewhere.map(written))).toEqual([0, 0]);
};

/** Reads the clock, so that it is looked at again by time alone. */
const clockPolicy = (name: string) => ({
  policyId: 'p',
  rego: `package cloudsmith\ndefault match := false\nmatch if { input.name == "${name}"; time.now_ns() > 0 }`,
});
const newEvent = (type: string, version: number): NewEvent => {
  const data = { workspace: 'default' };
  return { type, version, subject: 'any', data, occurredAt: '2026-08-02T09:30:00.000Z' };
};
const append = async (shard: string, event: NewEvent): Promise<void> => {
  await (await newer.openShard(shard)).append({ events: [event] });
};

describe('when the policies change in a way that only a newer Weir knows', () => {
  test.each([
    ['a type', newEvent('SomethingNew', 1)],
    ['a version', newEvent('PolicyDeactivated', NEWER_VERSION)],
  ])('by %s, evaluation stops, says which event, and judges nothing by the old ones', async (_what, event) => {
    const sentence = sentenceOn(event.type, event.version, 'policy/0', 1);
    const old = await bench.activate([clockPolicy('first')]);
    await start(eventCatalog);
    await publish('first', 0);
    await vi.waitFor(async () => expect(await judgedBy()).toEqual([old]), WITHIN);
    await append('policy/0', event);
    await standsStill(sentence);
    await makeDue();
    await publish('second', 1);
    await staysUnread(1);
    expect(await judgedBy()).toEqual([old]);
    expect((await scrape()).text).toContain('weir_unknown_events{service="evaluation"} 1\n');
  });

  test('it starts all the same, to say so; an updated one goes on where it stopped, by the new policies', async () => {
    const sentence = sentenceOn('PolicyActivated', NEWER_VERSION, 'policy/0', 1);
    const old = await bench.activate([clockPolicy('first')]);
    await start(eventCatalog);
    await publish('first', 0);
    await vi.waitFor(async () => expect(await judgedBy()).toEqual([old]), WITHIN);
    await stop();
    const next = await activatePolicies(newer, [clockPolicy('second')], { version: NEWER_VERSION });
    await makeDue();
    await publish('second', 1);
    await start(eventCatalog);
    await standsStill(sentence);
    await staysUnread(1);
    await stop();
    await start(newerCatalog);
    expect((await ready()).status).toBe(200);
    await vi.waitFor(
      async () => expect((await judgedBy()).filter((digest) => digest === next).length).toBeGreaterThan(1),
      WITHIN,
    );
    expect(await positionRead()).toBe(2);
    await vi.waitFor(async () => expect(await stillDue()).toBe(false), WITHIN);
    expect((await judgedBy()).filter((digest) => digest === old)).toHaveLength(1);
  });
});

describe("when a newer Weir writes a partition's shard", () => {
  test.each([
    ['a type', newEvent('SomethingNew', 1)],
    ['a version', newEvent('DecisionRecorded', NEWER_VERSION)],
  ])(
    '%s that is unknown, the partition is not judged any more, the relay stops before it, and an update goes on',
    async (_what, event) => {
      const sentence = sentenceOn(event.type, event.version, SHARD, 1);
      const set = await bench.activate([clockPolicy('first')]);
      await start(eventCatalog);
      await publish('first', 0);
      await vi.waitFor(async () => expect(await written(TOPICS.decisions)).toBe(1), WITHIN);
      await append(SHARD, event);
      await standsStill(sentence);
      await makeDue();
      await publish('second', 1);
      await staysUnread(1);
      expect(await judgedBy()).toEqual([set, undefined]);
      expect(await written(TOPICS.decisions)).toBe(1);
      await stop();
      await start(newerCatalog);
      await vi.waitFor(async () => expect(await positionRead()).toBe(2), WITHIN);
      expect((await ready()).status).toBe(200);
      await vi.waitFor(async () => expect(await written(TOPICS.decisions)).toBe(await decisionsStored()), WITHIN);
    },
  );
});
