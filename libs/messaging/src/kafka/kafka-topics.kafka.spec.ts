import { randomUUID } from 'node:crypto';
import { deadLetterTopic } from '@weir/contracts';
import { Retryable } from '@weir/postgres';
import { createLogger } from '@weir/service';
import { Kafka, logLevel, type Admin } from 'kafkajs';
import { afterAll, beforeAll, describe, expect, inject, test, vi } from 'vitest';
import { recordingConsumer } from '../contract/recording-consumer.js';
import { topicsContract } from '../contract/topics-contract.js';
import { partitionOf } from '../partition-of.js';
import type { TopicBatch, Topics } from '../topics.js';
import { createTopics } from './create-topics.js';
import { openKafkaTopics, type KafkaTopics, type KafkaTopicsOptions } from './open-kafka-topics.js';

const PARTITIONS = 4;
const WITHIN = { timeout: 40_000, interval: 20 };
const logger = createLogger('test');
logger.level = 'silent';

let admin: Admin;
const open = (more: Partial<KafkaTopicsOptions> = {}): Promise<KafkaTopics> =>
  openKafkaTopics({ brokers: inject('kafkaBrokers'), clientId: 'test', partitions: PARTITIONS, logger, ...more });
const create = async (topics: readonly string[]): Promise<void> => {
  await createTopics(
    admin,
    topics.map((topic) => ({ topic, numPartitions: PARTITIONS, replicationFactor: 1 })),
  );
};
const fresh = async (): Promise<string> => {
  const topic = `test-${randomUUID().slice(0, 8)}.v1`;
  await create([topic, deadLetterTopic(topic)]);
  return topic;
};

beforeAll(async () => {
  admin = new Kafka({ brokers: [...inject('kafkaBrokers')], logLevel: logLevel.NOTHING }).admin();
  await admin.connect();
});
afterAll(() => admin.disconnect());

/** With a prefix, since whatever is named without it is not found. */
const prefix = 'contract.';
topicsContract('in Apache Kafka', async () => ({
  open: () => open({ prefix }),
  create: (topics) => create(topics.map((topic) => `${prefix}${topic}`)),
}));

const message = (topic: string, key: string, text: string) => ({ topic, key, headers: {}, value: Buffer.from(text) });
const keyOf = (partition: number): string =>
  Array.from({ length: 1_000 }, (_, n) => `key-${n}`).find((key) => partitionOf(key, PARTITIONS) === partition) ?? '';
const inEvery = (topics: readonly string[], text: string) =>
  topics.flatMap((topic) =>
    Array.from({ length: PARTITIONS }, (_, partition) => message(topic, keyOf(partition), text)),
  );

describe('topics in Apache Kafka', () => {
  let topics: Topics;
  beforeAll(async () => {
    topics = await open();
  });
  afterAll(() => topics.close());

  test('all lanes of a partition go to the same member of a group, before and after a member joins', async () => {
    const lanes = [await fresh(), await fresh(), await fresh()];
    const [other, group, positions] = [await open(), randomUUID(), new Map<string, number>()];
    const [a, b] = [
      recordingConsumer({ group, topics: lanes, positions }),
      recordingConsumer({ group, topics: lanes, positions }),
    ];
    const first = await topics.consume(a.subscription);
    const second = await other.consume(b.subscription);
    await vi.waitFor(() => expect([a.open.size, b.open.size]).toEqual([2, 2]), WITHIN);
    await topics.publish(inEvery(lanes, 'shared'));
    await vi.waitFor(() => expect(a.handled.length + b.handled.length).toBe(lanes.length * PARTITIONS), WITHIN);
    const lanesSeen = ({ batches }: { readonly batches: readonly TopicBatch[] }) =>
      [...Map.groupBy(batches, ({ partition }) => partition)]
        .sort(([x], [y]) => x - y)
        .map(([partition, those]) => [partition, new Set(those.map(({ topic }) => topic)).size]);
    expect(lanesSeen(a)).toEqual([...a.open].sort().map((partition) => [partition, lanes.length]));
    expect(lanesSeen(b)).toEqual([...b.open].sort().map((partition) => [partition, lanes.length]));
    await Promise.all([first.stop(), second.stop()]);
    await other.close();
  });

  test('a partition that stays is not opened anew when a member joins or leaves', async () => {
    const topic = await fresh();
    const [other, group] = [await open(), randomUUID()];
    const [a, b] = [recordingConsumer({ group, topics: [topic] }), recordingConsumer({ group, topics: [topic] })];
    const openings: number[] = [];
    const counted = {
      ...a.subscription,
      open: (partition: number) => (openings.push(partition), a.subscription.open(partition)),
    };
    const first = await topics.consume(counted);
    await vi.waitFor(() => expect(a.open.size).toBe(4), WITHIN);
    const second = await other.consume(b.subscription);
    await vi.waitFor(() => expect(b.open.size).toBe(2), WITHIN);
    await vi.waitFor(() => expect(a.open.size).toBe(2), WITHIN);
    await second.stop();
    await vi.waitFor(() => expect(a.open.size).toBe(4), WITHIN);
    expect([...Map.groupBy(openings, (partition) => partition).values()].map((times) => times.length).sort()).toEqual([
      1, 1, 2, 2,
    ]);
    await first.stop();
    await other.close();
  });

  test('a slow handler behind small buffers is given everything, in order', async () => {
    const topic = await fresh();
    const [key, count] = [keyOf(0), 600];
    const value = Buffer.alloc(20_000, 'x');
    for (let n = 0; n < count; n += 100)
      await topics.publish(Array.from({ length: 100 }, () => ({ topic, key, headers: {}, value })));
    const small = await open({ bufferBytes: 1 });
    const consumer = recordingConsumer({
      group: randomUUID(),
      topics: [topic],
      maxBatch: 20,
      before: () => new Promise((resolve) => setTimeout(resolve, 5)),
    });
    const consumption = await small.consume(consumer.subscription);
    await vi.waitFor(() => expect(consumer.handled).toHaveLength(count), WITHIN);
    expect(consumer.handled.map(({ offset }) => offset)).toEqual(Array.from({ length: count }, (_, n) => n));
    await consumption.stop();
    await small.close();
  });

  test('a handler that takes longer than the session keeps its partition', async () => {
    const topic = await fresh();
    const patient = await open({ sessionTimeout: 6_000 });
    const consumer = recordingConsumer({
      group: randomUUID(),
      topics: [topic],
      before: () => new Promise((resolve) => setTimeout(resolve, 8_000)),
    });
    const consumption = await patient.consume(consumer.subscription);
    await patient.publish([message(topic, keyOf(0), 'slow')]);
    await vi.waitFor(() => expect(consumer.handled).toHaveLength(1), WITHIN);
    expect(consumer.batches).toHaveLength(1);
    await consumption.stop();
    await patient.close();
  });

  test('a position behind the end of the topic is a fault that is tried again, and no message is skipped', async () => {
    const topic = await fresh();
    const positions = new Map([[`${topic}/0`, 2]]);
    const consumer = recordingConsumer({ group: randomUUID(), topics: [topic], positions });
    let openings = 0;
    const counted = {
      ...consumer.subscription,
      open: (partition: number) => ((openings += Number(partition === 0)), consumer.subscription.open(partition)),
    };
    const consumption = await topics.consume(counted);
    await topics.publish([message(topic, keyOf(0), 'a')]);
    await vi.waitFor(() => expect(openings).toBeGreaterThan(3), WITHIN);
    expect(consumer.handled).toEqual([]);
    positions.set(`${topic}/0`, 0);
    await vi.waitFor(() => expect(consumer.handled).toHaveLength(1), WITHIN);
    await consumption.stop();
  });

  test('how far a group is can be asked of the broker', async () => {
    const topic = await fresh();
    const group = randomUUID();
    const kafka = await open();
    const consumer = recordingConsumer({ group, topics: [topic] });
    const consumption = await kafka.consume(consumer.subscription);
    await kafka.publish([message(topic, keyOf(2), 'a'), message(topic, keyOf(2), 'b')]);
    await vi.waitFor(() => expect(consumer.handled).toHaveLength(2), WITHIN);
    await consumption.stop();
    await kafka.publish([message(topic, keyOf(2), 'c')]);
    expect((await kafka.lag(group)).find(({ partition }) => partition === 2)).toEqual({
      topic,
      partition: 2,
      end: 3,
      position: 2,
    });
    await kafka.close();
  });

  test('a missing topic and another number of partitions are refused with the cure', async () => {
    const topic = await fresh();
    const wrong = await open({ partitions: 3 });
    await expect(wrong.publish([message(topic, 'k', 'x')])).rejects.toThrow('set PARTITIONS=4');
    await expect(topics.publish([message('missing.v1', 'k', 'x')])).rejects.toThrow('run `weir topics apply`');
    await expect(
      topics.consume(recordingConsumer({ group: 'g', topics: ['missing.v1'] }).subscription),
    ).rejects.toThrow('run `weir topics apply`');
    await wrong.close();
  });

  test('without a broker a publisher is told to try again', async () => {
    const away = (publishPatience: number) =>
      openKafkaTopics({ brokers: ['127.0.0.1:1'], clientId: 'test', partitions: PARTITIONS, logger, publishPatience });
    const [brief, long] = [await away(500), await away(5_000)];
    const told: string[] = [];
    const publish = (topics: Topics, name: string) =>
      expect(topics.publish([message('any.v1', 'k', 'x')]))
        .rejects.toThrow(Retryable)
        .then(() => void told.push(name));
    await Promise.all([publish(long, 'long'), publish(brief, 'brief')]);
    expect(told).toEqual(['brief', 'long']);
    await Promise.all([brief.close(), long.close()]);
  });
});
