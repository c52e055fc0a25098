import { Controller, Module, type INestMicroservice } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { deadLetterTopic } from '@weir/contracts';
import { Retryable } from '@weir/postgres';
import { createLogger } from '@weir/service';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { migrateTestDatabase } from '../../../../tools/testing/migrate-test-database.js';
import { createTestDatabase, type TestDatabase } from '../../../../tools/testing/test-database.js';
import { recordingConsumer } from '../contract/recording-consumer.js';
import { openEmbeddedTopics, type EmbeddedTopics } from '../embedded/open-embedded-topics.js';
import { messagingMigrations } from '../migrations/messaging-migrations.js';
import type { PartitionHandler } from '../topics.js';
import { OpensPartitions, TopicServer } from './topic-server.js';

const [LIVE, BULK] = ['live.v1', 'bulk.v1'];
const WITHIN = { timeout: 20_000, interval: 20 };
const logger = createLogger('test');
logger.level = 'silent';

let attempts = 0;
const consumer = recordingConsumer({
  group: 'nest',
  topics: [LIVE, BULK],
  before: ({ messages }) => {
    if (messages.some(({ key }) => key === 'poison')) throw new Error('cannot read this');
    if (messages.some(({ key }) => key === 'away') && (attempts += 1) < 3) throw new Retryable('the source is down');
  },
});

class FactsConsumer {
  openPartition(partition: number): Promise<PartitionHandler> {
    return consumer.subscription.open(partition);
  }
}
class FactsModule {
  readonly name = 'facts';
}

// As decorators do it; their syntax is not compiled in tests.
const method = Object.getOwnPropertyDescriptor(FactsConsumer.prototype, 'openPartition') ?? {};
OpensPartitions({ group: 'nest', topics: [LIVE, BULK] })(FactsConsumer.prototype, 'openPartition', method);
Controller()(FactsConsumer);
Module({ controllers: [FactsConsumer] })(FactsModule);

let database: TestDatabase;
let topics: EmbeddedTopics;

beforeAll(async () => {
  database = await createTestDatabase();
  await migrateTestDatabase(database, messagingMigrations);
  topics = await openEmbeddedTopics({ databaseUrl: database.serviceUrl, partitions: 2, logger, rebalanceEvery: 100 });
});
afterAll(async () => {
  await topics.close();
  await database.drop();
});

/** Nest declares its options as a class but takes them as plain data. */
const create: (
  module: typeof FactsModule,
  options: { readonly strategy: TopicServer; readonly logger: false },
) => Promise<INestMicroservice> = NestFactory.createMicroservice.bind(NestFactory);
const createApp = (strategy: TopicServer): Promise<INestMicroservice> =>
  create(FactsModule, { strategy, logger: false });

const message = (topic: string, key: string) => ({ topic, key, headers: {}, value: Buffer.from(key) });

test('a Nest controller opens partitions, and batches, lanes, retries and dead letters are those of the topics', async () => {
  await topics.publish(['away', 'poison', 'a', 'b', 'c'].map((key) => message(LIVE, key)));
  await topics.publish(['d', 'e'].map((key) => message(BULK, key)));
  const app = await createApp(new TopicServer(topics, { group: 'nest', maxBatch: 10 }));
  await app.listen();
  await vi.waitFor(
    () => expect(consumer.handled.map(({ key }) => key).sort()).toEqual(['a', 'away', 'b', 'c', 'd', 'e']),
    WITHIN,
  );
  await vi.waitFor(
    async () => expect((await topics.ends(deadLetterTopic(LIVE))).reduce((sum, end) => sum + end, 0)).toBe(1),
    WITHIN,
  );
  expect(consumer.passedOver.map(({ message: { key } }) => key)).toEqual(['poison']);
  expect(attempts).toBe(3);
  expect(consumer.batches.some(({ messages }) => messages.length > 1)).toBe(true);
  await app.close();
  expect([...consumer.open]).toEqual([]);
});

test('an application does not start when topics cannot be consumed', async () => {
  const refusing = new TopicServer(
    { consume: () => Promise.reject(new Error('There is no topic live.v1')) },
    { group: 'nest' },
  );
  const app = await createApp(refusing);
  await expect(app.listen()).rejects.toThrow('There is no topic live.v1');
  await app.close();
});

test('a server opens its own group alone, and says when nothing opens it', async () => {
  const other = await createApp(new TopicServer(topics, { group: 'other' }));
  await expect(other.listen()).rejects.toThrow(
    'No method opens the partitions of group other: mark one of a controller by OpensPartitions.',
  );
  await other.close();
});
