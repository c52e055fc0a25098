import { eventCatalog } from '@weir/domain';
import { eventStoreMigrations, openEventStore, type EventStore, type ShardWriter } from '@weir/event-store';
import { messagingMigrations, openEmbeddedTopics, type EmbeddedTopics } from '@weir/messaging';
import type { Composed, ProcessPorts } from '@weir/service';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { enrichedMessage, openJudgingBench, type JudgingBench } from '../../../tools/testing/judging.js';
import { migrateTestDatabase } from '../../../tools/testing/migrate-test-database.js';
import { newerCatalog, NEWER_VERSION, sentenceOn } from '../../../tools/testing/newer-weir.js';
import { startTestService } from '../../../tools/testing/start-service.js';
import { keepWarnings } from '../../../tools/testing/warnings.js';
import { evaluationMigrations } from './evaluation-migrations.js';
import { EvaluationModule, evaluationServer } from './evaluation.module.js';

const WITHIN = { timeout: 60_000, interval: 50 };
const PARTITIONS = 2;
const { logger } = keepWarnings();

let bench: JudgingBench;
let newer: EventStore;
beforeAll(async () => {
  bench = await openJudgingBench();
  const migrations = [...eventStoreMigrations, ...messagingMigrations, ...evaluationMigrations];
  await migrateTestDatabase(bench.database, migrations);
  newer = writingNewer(openEventStore(bench.pool, newerCatalog));
});
afterAll(() => bench.close());

/** A newer Weir writes what it decides in its own version. */
const writingNewer = (store: EventStore): EventStore => ({
  ...store,
  openShard: async (shard): Promise<ShardWriter> => {
    const writer = await store.openShard(shard);
    const newest = (batch: Parameters<ShardWriter['append']>[0]) =>
      batch.events.map((event) => ({ ...event, version: NEWER_VERSION }));
    return { ...writer, append: (batch) => writer.append({ ...batch, events: newest(batch) }) };
  },
});

interface Instance {
  readonly topics: EmbeddedTopics;
  ready(): Promise<string>;
  stop(): Promise<void>;
}

/** An instance of evaluation; all are of one group and share the partitions. */
const start = async (store: EventStore): Promise<Instance> => {
  const topics = await openEmbeddedTopics({
    databaseUrl: bench.database.serviceUrl,
    partitions: PARTITIONS,
    logger,
    rebalanceEvery: 50,
  });
  const compose = (ports: ProcessPorts): Composed => ({
    module: EvaluationModule.forRoot({ ...bench, ...ports, store, topics, lookEveryMillis: 1_000 }),
    consumers: [evaluationServer({ topics, retryPauses: [] })],
  });
  const service = await startTestService('evaluation', compose, { logger });
  return {
    topics,
    ready: async () => (await fetch(`${service.url}/ready`)).text(),
    stop: async () => {
      await service.close();
      await topics.close();
    },
  };
};

/** The versions in which the decisions of each shard are stored. */
const versions = async (): Promise<readonly (readonly number[])[]> => {
  const shards = Array.from({ length: PARTITIONS }, (_, partition) =>
    newer.read(`evaluation/${partition}`, { position: 0, limit: 1_000 }),
  );
  return (await Promise.all(shards)).map((events) => events.map(({ storedVersion }) => storedVersion));
};
const subjects = async (): Promise<readonly string[]> => {
  const shards = Array.from({ length: PARTITIONS }, (_, partition) =>
    newer.read(`evaluation/${partition}`, { position: 0, limit: 1_000 }),
  );
  return (await Promise.all(shards)).flat().map(({ subject }) => subject);
};

let published = 0;
const publish = async ({ topics }: Instance, count: number): Promise<void> => {
  const messages = Array.from({ length: count }, () =>
    enrichedMessage(`p-${published}`, { name: 'any' }, { offset: published++ }),
  );
  await topics.publish(messages.map(({ topic, key, headers, value }) => ({ topic, key, headers, value })));
};
const decided = (count: number) => vi.waitFor(async () => expect(await subjects()).toHaveLength(count), WITHIN);
const isNewer = (version: number): boolean => version === NEWER_VERSION;

test('while old and new instances share the partitions, each event is judged once, and an old one never writes after a new one', async () => {
  await bench.activate([{ policyId: 'p', rego: 'package cloudsmith\ndefault match := false' }]);
  const old = await start(openEventStore(bench.pool, eventCatalog));
  await publish(old, 20);
  await decided(20);

  const first = await start(newer);
  for (let total = 20; !(await versions()).flat().some(isNewer);) {
    await publish(old, 10);
    total += 10;
    await decided(total);
  }
  const beside = await versions();
  expect(
    beside.filter((shard) => shard.some(isNewer)),
    'each has one of the two partitions',
  ).toHaveLength(1);
  const taken = beside.findIndex((shard) => shard.some(isNewer));
  const untilNow = published;

  await first.stop();
  const position = beside[taken]?.findIndex(isNewer) ?? -1;
  const sentence = sentenceOn('DecisionRecorded', NEWER_VERSION, `evaluation/${taken}`, position);
  await vi.waitFor(async () => expect(await old.ready()).toContain(sentence), WITHIN);
  await publish(old, 20);
  const others = 1 - taken;
  await vi.waitFor(
    async () => expect((await versions())[others]?.length).toBeGreaterThan(beside[others]?.length ?? 0),
    WITHIN,
  );
  expect((await versions())[taken]).toEqual(beside[taken]);

  const second = await start(newer);
  await old.stop();
  await decided(untilNow + 20);
  const all = await subjects();
  expect(new Set(all).size).toBe(all.length);
  for (const shard of await versions())
    expect(
      shard.toSorted((a, b) => a - b),
      'no old version after a new one',
    ).toEqual(shard);
  expect(await second.ready()).toContain('ready');
  await second.stop();
});
