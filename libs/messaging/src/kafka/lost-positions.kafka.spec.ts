import { randomBytes, randomUUID } from 'node:crypto';
import { deadLetterTopic } from '@weir/contracts';
import { createLogger } from '@weir/service';
import { Kafka, logLevel, type Admin } from 'kafkajs';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, test, vi } from 'vitest';
import { recordingConsumer, type RecordingConsumer } from '../contract/recording-consumer.js';
import { partitionOf } from '../partition-of.js';
import type { Consumption, Topics } from '../topics.js';
import { createTopics } from './create-topics.js';
import { openKafkaTopics } from './open-kafka-topics.js';

const PARTITIONS = 2;
const WITHIN = { timeout: 40_000, interval: 50 };
/** As long as it takes a consumer to look again, and more. */
const A_WHILE_MS = 3_000;
const logger = createLogger('test');
logger.level = 'silent';
const key = Array.from({ length: 100 }, (_, n) => `key-${n}`).find((one) => partitionOf(one, PARTITIONS) === 0) ?? '';

let admin: Admin;
let topics: Topics;
let topic: string;

beforeAll(async () => {
  admin = new Kafka({ brokers: [...inject('kafkaBrokers')], logLevel: logLevel.NOTHING }).admin();
  await admin.connect();
});
afterAll(() => admin.disconnect());

const create = (): Promise<void> =>
  createTopics(
    admin,
    [topic, deadLetterTopic(topic)].map((name) => ({ topic: name, numPartitions: PARTITIONS, replicationFactor: 1 })),
  );

const makeAnew = async (): Promise<void> => {
  await admin.deleteTopics({ topics: [topic] });
  await vi.waitUntil(async () => !(await admin.listTopics()).includes(topic), WITHIN);
  await createTopics(admin, [{ topic, numPartitions: PARTITIONS, replicationFactor: 1 }]);
};

const publish = (client: Topics, from: number, to: number): Promise<void> =>
  client.publish(
    Array.from({ length: to - from }, (_, n) => ({ topic, key, headers: {}, value: Buffer.from(`m${from + n}`) })),
  );

/** By another client than the consumer's, as services have it. */
const publishFromElsewhere = async (from: number, to: number): Promise<void> => {
  const other = await open();
  await publish(other, from, to);
  await other.close();
};

const open = (): Promise<Topics> =>
  openKafkaTopics({ brokers: inject('kafkaBrokers'), clientId: 'test', partitions: PARTITIONS, logger });

const texts = ({ handled }: RecordingConsumer): string[] => handled.map(({ value }) => Buffer.from(value).toString());
const numbered = (from: number, to: number): string[] => Array.from({ length: to - from }, (_, n) => `m${from + n}`);
const lost = (group: string) =>
  topics.lost
    .of(group)
    .flatMap(({ topic: name, partition, fault }) => (fault ? [`${name}/${partition} ${fault.lost.loss}`] : []));

beforeEach(async () => {
  topic = `lost-${randomUUID().slice(0, 8)}.v1`;
  await create();
  topics = await open();
  return () => topics.close();
});

interface Reader {
  readonly group: string;
  readonly positions: Map<string, number>;
  readonly incarnations: Map<string, string>;
}
const reader = (): Reader => ({ group: randomUUID(), positions: new Map(), incarnations: new Map() });

/** Reads ten messages. */
const readTen = async (as: Reader): Promise<{ consumer: RecordingConsumer; consumption: Consumption }> => {
  const consumer = recordingConsumer({ ...as, topics: [topic] });
  const consumption = await topics.consume(consumer.subscription);
  await publish(topics, 0, 10);
  await vi.waitFor(() => expect(texts(consumer)).toEqual(numbered(0, 10)), WITHIN);
  return { consumer, consumption };
};

/** What a person's command does: the positions are those of the topic that is there now, from its first message. */
const adopt = async ({ positions, incarnations }: Reader): Promise<void> => {
  for (let partition = 0; partition < PARTITIONS; partition += 1) {
    const { first, incarnation } = await topics.place(topic, partition);
    positions.set(`${topic}/${partition}`, first);
    incarnations.set(`${topic}/${partition}`, incarnation);
  }
};

describe('a topic that was deleted and made again', () => {
  test('is not read on, however far it has grown meanwhile, and read whole once it is adopted', async () => {
    const as = reader();
    const before = await readTen(as);
    await before.consumption.stop();
    await makeAnew();
    await publishFromElsewhere(100, 120);
    const after = recordingConsumer({ ...as, topics: [topic] });
    const consumption = await topics.consume(after.subscription);
    await vi.waitFor(() => expect(lost(as.group)).toContain(`${topic}/0 another topic`), WITHIN);
    expect(() => topics.lost.refuse(as.group)).toThrow(/made anew or in another cluster.*weir topics adopt/);
    await new Promise((resolve) => setTimeout(resolve, A_WHILE_MS));
    expect(texts(after)).toEqual([]);
    await adopt(as);
    await vi.waitFor(() => expect(texts(after)).toEqual(numbered(100, 120)), WITHIN);
    expect(lost(as.group)).toEqual([]);
    await consumption.stop();
  });

  test('is noticed by who reads it at that moment: nothing of it is handed over before it is adopted', async () => {
    const as = reader();
    const { consumer, consumption } = await readTen(as);
    await makeAnew();
    await publishFromElsewhere(100, 140);
    await vi.waitFor(() => expect(lost(as.group)).toContain(`${topic}/0 another topic`), WITHIN);
    expect(texts(consumer)).toEqual(numbered(0, 10));
    await adopt(as);
    await vi.waitFor(() => expect(texts(consumer)).toEqual([...numbered(0, 10), ...numbered(100, 140)]), WITHIN);
    await consumption.stop();
  });

  test('before a message was read is noticed as well: the position is bound when the partition is opened', async () => {
    const as = reader();
    const consumer = recordingConsumer({ ...as, topics: [topic] });
    const first = await topics.consume(consumer.subscription);
    await vi.waitFor(() => expect(as.incarnations.size).toBe(PARTITIONS), WITHIN);
    await first.stop();
    await makeAnew();
    const second = await topics.consume(consumer.subscription);
    await vi.waitFor(() => expect(lost(as.group)).toHaveLength(PARTITIONS), WITHIN);
    await second.stop();
  });

  test('is read from its beginning by who says that repeats do no harm, and that is told', async () => {
    const as = reader();
    const before = await readTen(as);
    await before.consumption.stop();
    await makeAnew();
    await publishFromElsewhere(100, 120);
    const after = recordingConsumer({ ...as, topics: [topic], whenLost: 'begin anew' });
    const told: string[] = [];
    const consumption = await topics.consume({ ...after.subscription, onNewBeginning: ({ loss }) => told.push(loss) });
    await vi.waitFor(() => expect(texts(after)).toEqual(numbered(100, 120)), WITHIN);
    expect(told).toEqual(['another topic', 'another topic']);
    await consumption.stop();
  });

  test('makes what a group said of the one before count for nothing', async () => {
    const as = reader();
    const { consumption } = await readTen(as);
    await consumption.stop();
    expect((await topics.lag(as.group)).find(({ partition }) => partition === 0)).toMatchObject({
      position: 10,
      end: 10,
    });
    const before = await topics.incarnation(topic);
    await makeAnew();
    expect(await topics.incarnation(topic)).not.toBe(before);
    await publishFromElsewhere(100, 120);
    // The brokers forget what was said of the old topic a moment after it is gone, and with it what was said too early.
    await vi.waitFor(async () => {
      await sayLate(as.group, `weir:${before}`);
      expect((await topics.lag(as.group)).find(({ partition }) => partition === 0)).toMatchObject({
        position: 0,
        end: 20,
      });
    }, WITHIN);
  });
});

/** What a process that was stopped while the topic was made anew tells the brokers when it wakes up. */
const sayLate = async (groupId: string, metadata: string): Promise<void> => {
  const late = new Kafka({ brokers: [...inject('kafkaBrokers')], logLevel: logLevel.NOTHING }).consumer({ groupId });
  const joined = new Promise((resolve) => late.on(late.events.GROUP_JOIN, resolve));
  await late.connect();
  await late.subscribe({ topics: [topic] });
  await late.run({ autoCommit: false, eachBatch: async () => undefined });
  await joined;
  await late.commitOffsets([{ topic, partition: 0, offset: '10', metadata }]);
  await late.disconnect();
};

describe('a partition that was cut', () => {
  test('below its position stands still, says how many messages are gone, and goes on once it is adopted', async () => {
    const as = reader();
    const before = await readTen(as);
    await before.consumption.stop();
    await publishFromElsewhere(10, 30);
    await admin.deleteTopicRecords({ topic, partitions: [{ partition: 0, offset: '25' }] });
    const after = recordingConsumer({ ...as, topics: [topic] });
    const consumption = await topics.consume(after.subscription);
    await vi.waitFor(() => expect(lost(as.group)).toEqual([`${topic}/0 cut`]), WITHIN);
    expect(() => topics.lost.refuse(as.group)).toThrow('15 messages are gone that were not read');
    expect(texts(after)).toEqual([]);
    await adopt(as);
    await vi.waitFor(() => expect(texts(after)).toEqual(numbered(25, 30)), WITHIN);
    await consumption.stop();
  });

  test('while its reader was busy stands still as well, and is not taken for a hole', async () => {
    const as = reader();
    const held = Promise.withResolvers<undefined>();
    const small = await openKafkaTopics({
      brokers: inject('kafkaBrokers'),
      clientId: 'test',
      partitions: PARTITIONS,
      logger,
      bufferBytes: 1,
    });
    const consumer = recordingConsumer({ ...as, topics: [topic], maxBatch: 1, before: () => held.promise });
    const consumption = await small.consume(consumer.subscription);
    for (let n = 0; n < 20; n += 1) await topics.publish([{ topic, key, headers: {}, value: randomBytes(200_000) }]);
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    await admin.deleteTopicRecords({ topic, partitions: [{ partition: 0, offset: '18' }] });
    held.resolve(undefined);
    await vi.waitFor(
      () => expect(small.lost.of(as.group).map(({ fault }) => fault?.lost.loss)).toContain('cut'),
      WITHIN,
    );
    const offsets = consumer.handled.map(({ offset }) => offset);
    expect(offsets).toEqual(Array.from({ length: offsets.length }, (_, n) => n));
    expect(offsets.length).toBeLessThan(18);
    await consumption.stop();
    await small.close();
  });

  test('above its position is none of its concern', async () => {
    const as = reader();
    const before = await readTen(as);
    await before.consumption.stop();
    await admin.deleteTopicRecords({ topic, partitions: [{ partition: 0, offset: '10' }] });
    await publishFromElsewhere(10, 12);
    const after = recordingConsumer({ ...as, topics: [topic] });
    const consumption = await topics.consume(after.subscription);
    await vi.waitFor(() => expect(texts(after)).toEqual(numbered(10, 12)), WITHIN);
    expect(lost(as.group)).toEqual([]);
    await consumption.stop();
  });
});
