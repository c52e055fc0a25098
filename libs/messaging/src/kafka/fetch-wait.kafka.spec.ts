import { randomUUID } from 'node:crypto';
import { createRequire } from 'node:module';
import { setTimeout as sleep } from 'node:timers/promises';
import { createLogger } from '@weir/service';
import { Kafka, logLevel } from 'kafkajs';
import { expect, inject, test, vi } from 'vitest';
import { recordingConsumer } from '../contract/recording-consumer.js';
import { createTopics } from './create-topics.js';
import { openKafkaTopics } from './open-kafka-topics.js';

const PARTITIONS = 4;
const logger = createLogger('test');
logger.level = 'silent';

/** Were each message to wait for the end of a fetch, they would take five times the time that they have. */
const FETCH_WAIT_MS = 5_000;
const MESSAGES = 40;
const WITHIN = { timeout: (FETCH_WAIT_MS * MESSAGES) / 5, interval: 10 };

const create = async (brokers: readonly string[], topics: readonly string[]): Promise<void> => {
  const admin = new Kafka({ brokers: [...brokers], logLevel: logLevel.NOTHING }).admin();
  await admin.connect();
  await createTopics(
    admin,
    topics.map((topic) => ({ topic, numPartitions: PARTITIONS, replicationFactor: 1 })),
  );
  await admin.disconnect();
};

test('a fetch that waits at the broker ends with the first message, in every lane and partition, one after the other', async () => {
  const brokers = inject('kafkaBrokers');
  const [urgent, later] = [`test-${randomUUID().slice(0, 8)}.v1`, `test-${randomUUID().slice(0, 8)}.v1`];
  await create(brokers, [urgent, later]);
  const topics = await openKafkaTopics({
    brokers,
    clientId: 'test',
    partitions: PARTITIONS,
    logger,
    sessionTimeout: 30_000,
    fetchWait: FETCH_WAIT_MS,
  });
  const consumer = recordingConsumer({ group: randomUUID(), topics: [urgent, later] });
  await topics.consume(consumer.subscription);
  const send = (number: number): Promise<void> =>
    topics.publish([
      { topic: number % 2 === 0 ? urgent : later, key: `key-${number}`, headers: {}, value: Buffer.from(`${number}`) },
    ]);
  await send(-1);
  await vi.waitFor(() => expect(consumer.handled).toHaveLength(1), WITHIN);
  const late = AbortSignal.timeout(WITHIN.timeout);
  for (let number = 0; number < MESSAGES; number += 1) {
    await send(number);
    await vi.waitFor(() => expect(consumer.handled).toHaveLength(number + 2), WITHIN);
    expect(late.aborted, `${number + 1} messages waited for the ends of fetches`).toBe(false);
  }
  await topics.close();
}, 120_000);

/** Counts what all clients of this process fetch. */
const countFetches = () => {
  const { prototype } = createRequire(import.meta.url)('kafkajs/src/broker') as {
    readonly prototype: { fetch: unknown };
  };
  return vi.spyOn(prototype as { fetch: () => unknown }, 'fetch');
};

test('a subscription that rests is not fetched for meanwhile', async () => {
  const brokers = inject('kafkaBrokers');
  const [topic, rest, fetchWait] = [`test-${randomUUID().slice(0, 8)}.v1`, 200, 1_000];
  await create(brokers, [topic]);
  const options = { brokers, clientId: 'test', partitions: PARTITIONS, logger, sessionTimeout: 30_000, fetchWait };
  const topics = await openKafkaTopics(options);
  const consumer = recordingConsumer({ group: randomUUID(), topics: [topic], rest });
  await topics.consume(consumer.subscription);
  const send = (key: string): Promise<void> => topics.publish([{ topic, key, headers: {}, value: Buffer.from(key) }]);
  await send('first');
  await vi.waitFor(() => expect(consumer.handled).toHaveLength(1), WITHIN);
  const [fetches, begun] = [countFetches(), performance.now()];
  const keys = Array.from({ length: 60 }, (_, number) => `key-${number}`);
  for (const key of keys) {
    await send(key);
    await sleep(10);
  }
  await vi.waitFor(() => expect(consumer.handled).toHaveLength(keys.length + 1), WITHIN);
  expect((fetches.mock.calls.length - 2) * rest).toBeLessThan(performance.now() - begun);
  expect(new Set(consumer.batches.map(({ partition }) => partition)).size).toBe(PARTITIONS);
  fetches.mockRestore();
  await topics.close();
}, 60_000);
