import { randomUUID } from 'node:crypto';
import { Retryable } from '@weir/postgres';
import { createLogger } from '@weir/service';
import { Kafka, logLevel, type Admin, type Message, type Producer } from 'kafkajs';
import { afterAll, beforeAll, expect, inject, test, vi } from 'vitest';
import { DEAD_LETTER_HEADERS } from '../delivery/dead-letter.js';
import { foreignOriginOf } from '../foreign/foreign-message.js';
import type { Consumption, OutgoingMessage, TopicMessage } from '../topics.js';
import { followForeignTopic, type FollowOptions, type ForeignTopic } from './follow-foreign-topic.js';

const brokers = inject('kafkaBrokers');
const kafka = new Kafka({ clientId: 'test', brokers: [...brokers], logLevel: logLevel.NOTHING });
const logger = createLogger('test');
logger.level = 'silent';
const running: Consumption[] = [];
let admin: Admin;
let producer: Producer;

beforeAll(async () => {
  admin = kafka.admin();
  producer = kafka.producer();
  await Promise.all([admin.connect(), producer.connect()]);
});
afterAll(async () => {
  await Promise.all(running.map((one) => one.stop()));
  await Promise.all([admin.disconnect(), producer.disconnect()]);
});

const createTopic = async (partitions: number): Promise<string> => {
  const topic = `foreign-${randomUUID()}`;
  await admin.createTopics({
    waitForLeaders: false,
    topics: [{ topic, numPartitions: partitions, replicationFactor: 1 }],
  });
  await vi.waitFor(async () => expect(await admin.fetchTopicOffsets(topic)).toHaveLength(partitions), {
    timeout: 20_000,
    interval: 200,
  });
  return topic;
};

const send = (topic: string, partition: number, ...values: readonly (string | null)[]) =>
  producer.send({ topic, messages: values.map((value): Message => ({ partition, value })) });

/** By a client that does not know the topic yet: kafkajs drops what is for a partition that it has not heard of, without a word. */
const sendAsNew = async (topic: string, partition: number, value: string) => {
  const fresh = kafka.producer();
  await fresh.connect();
  const sent = await fresh.send({ topic, messages: [{ partition, value }] });
  await fresh.disconnect();
  return sent;
};

const textOf = ({ value }: Pick<TopicMessage, 'value'>): string => Buffer.from(value).toString('utf8');

interface Followed {
  readonly taken: TopicMessage[];
  readonly values: () => readonly string[];
  readonly letters: OutgoingMessage[];
  stop(): Promise<void>;
}

const follow = (
  foreign: Pick<ForeignTopic, 'topic'> & Partial<ForeignTopic>,
  handle: FollowOptions['handle'] = async () => undefined,
): Followed => {
  const taken: TopicMessage[] = [];
  const letters: OutgoingMessage[] = [];
  const consumption = followForeignTopic(
    { name: 'registry', brokers, access: {}, group: `group-of-${foreign.topic}`, from: 'earliest', ...foreign },
    {
      logger,
      service: 'ingest',
      metadataMaxAge: 1_000,
      topics: { publish: async (messages) => void letters.push(...messages) },
      handle: async (messages) => {
        await handle(messages);
        taken.push(...messages);
      },
    },
  );
  running.push(consumption);
  return { taken, letters, values: () => taken.map(textOf).toSorted(), stop: () => consumption.stop() };
};

const taking = (followed: Followed, ...wanted: readonly string[]) =>
  vi.waitFor(() => expect(followed.values()).toEqual(wanted.toSorted()), { timeout: 30_000, interval: 100 });

test('a topic is read as it is, with the number of partitions it has, offsets from anywhere, keys and headers that are no text, tombstones', async () => {
  const topic = await createTopic(7);
  await send(topic, 6, 'gone', 'gone');
  await admin.deleteTopicRecords({ topic, partitions: [{ partition: 6, offset: '2' }] });
  await producer.send({
    topic,
    messages: [
      {
        partition: 6,
        key: Buffer.from([0xff, 0x00]),
        headers: { text: 'ä', bytes: Buffer.from([0xfe]), twice: ['a', 'b'], __proto__: 'x' },
        value: Buffer.from([0, 1, 255]),
      },
    ],
  });
  await send(topic, 0, null);
  const followed = follow({ topic });
  await vi.waitFor(() => expect(followed.taken).toHaveLength(2), { timeout: 30_000 });
  const [tombstone, whole] = followed.taken.toSorted((a, b) => a.partition - b.partition);
  if (!tombstone || !whole) throw new Error('nothing was taken');
  expect(foreignOriginOf(tombstone)).toMatchObject({ partition: 0, offset: 0, key: null, isTombstone: true });
  expect(foreignOriginOf(whole)).toMatchObject({
    name: 'registry',
    topic,
    partition: 6,
    offset: 2,
    key: { base64: '/wA=' },
    headers: { text: 'ä', bytes: { base64: '/g==' }, twice: 'b' },
    isTombstone: false,
  });
  expect([...whole.value]).toEqual([0, 1, 255]);
  await followed.stop();
});

test('who is started again goes on behind what was handled, and a group that reads the latest begins at the end', async () => {
  const topic = await createTopic(2);
  await send(topic, 0, 'a', 'b');
  const first = follow({ topic });
  await taking(first, 'a', 'b');
  await first.stop();
  await send(topic, 0, 'c');
  const second = follow({ topic });
  await taking(second, 'c');
  await second.stop();
  const latest = follow({ topic, group: `latest-of-${topic}`, from: 'latest' });
  await vi.waitFor(
    async () =>
      expect(
        (await admin.fetchOffsets({ groupId: `latest-of-${topic}`, topics: [topic] }))[0]?.partitions.map(
          ({ offset }) => offset,
        ),
      ).toEqual(['3', '0']),
    { timeout: 30_000 },
  );
  await send(topic, 1, 'd');
  await taking(latest, 'd');
  await latest.stop();
});

test('partitions that are added while it is followed are read from their beginning, also when it began with the latest', async () => {
  const topic = await createTopic(1);
  await send(topic, 0, 'old');
  const followed = follow({ topic, from: 'latest' });
  await vi.waitFor(
    async () =>
      expect(
        (await admin.fetchOffsets({ groupId: `group-of-${topic}`, topics: [topic] }))[0]?.partitions[0]?.offset,
      ).toBe('1'),
    { timeout: 30_000 },
  );
  await admin.createPartitions({ topicPartitions: [{ topic, count: 3 }] });
  await vi.waitFor(async () => expect(await sendAsNew(topic, 2, 'new')).toHaveLength(1), {
    timeout: 20_000,
    interval: 500,
  });
  await vi.waitFor(() => expect(new Set(followed.values())).toEqual(new Set(['new'])), {
    timeout: 60_000,
    interval: 250,
  });
  await followed.stop();
}, 120_000);

test('holes that transactions leave in the offsets are passed, and each message is handed over once', async () => {
  const topic = await createTopic(1);
  const transactional = kafka.producer({ transactionalId: randomUUID(), maxInFlightRequests: 1, idempotent: true });
  await transactional.connect();
  for (let round = 0; round < 5; round += 1) {
    const transaction = await transactional.transaction();
    await transaction.send({ topic, messages: [{ value: `a${round}` }, { value: `b${round}` }] });
    await transaction.commit();
  }
  await transactional.disconnect();
  const followed = follow({ topic });
  await taking(followed, ...[0, 1, 2, 3, 4].flatMap((round) => [`a${round}`, `b${round}`]));
  expect(followed.taken.at(-1)?.offset).toBe(13);
  await followed.stop();
});

test('a fault that passes brings the same messages again; one that stays sets its message aside and the partition goes on', async () => {
  const topic = await createTopic(1);
  await send(topic, 0, 'first', 'poison', 'last');
  let refusals = 2;
  const followed = follow({ topic }, async (messages) => {
    if ((refusals -= 1) >= 0) throw new Retryable('the topics are away');
    if (messages.some((message) => textOf(message) === 'poison')) throw new Error('cannot be handled');
  });
  await taking(followed, 'first', 'last');
  expect(
    followed.letters.map(({ topic: to, headers, value }) => [
      to,
      headers[DEAD_LETTER_HEADERS.topic],
      headers[DEAD_LETTER_HEADERS.offset],
      headers[DEAD_LETTER_HEADERS.cause],
      textOf({ value }),
    ]),
  ).toEqual([['upstream.received.v1.dead', 'upstream.received.v1', '1', 'Error: cannot be handled', 'poison']]);
  await followed.stop();
  const again = follow({ topic });
  await send(topic, 0, 'next');
  await taking(again, 'next');
  await again.stop();
});

test('brokers that are away are waited for, and do not keep anybody from stopping', async () => {
  const followed = follow({ topic: 'any', brokers: ['127.0.0.1:1'] });
  await new Promise((resolve) => setTimeout(resolve, 500));
  await followed.stop();
  expect(followed.taken).toEqual([]);
});
