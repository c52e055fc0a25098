import { setTimeout as sleep } from 'node:timers/promises';
import { createLogger } from '@weir/service';
import { Kafka, logLevel, type Admin } from 'kafkajs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startLocalKafka, type LocalKafka } from '../../../../tools/testing/kafka-for-tests.js';
import { seeded } from '../../../../tools/testing/seeded.js';
import type { Topics } from '../topics.js';
import { createTopics } from './create-topics.js';
import { openKafkaTopics } from './open-kafka-topics.js';

const KILLS = 5;
const SEED = 20_261_122;
const PARTITIONS = 4;
const TOPIC = 'leader-kills.v1';
const AT_LEAST = 10_000;
const CALL_EVERY_MS = 20;
const MESSAGES_PER_CALL = 8;
const logger = createLogger('test');
logger.level = 'silent';

let cluster: LocalKafka;
let admin: Admin;
let topics: Topics;

const client = (): Kafka =>
  new Kafka({
    brokers: [...cluster.bootstrap],
    logLevel: logLevel.NOTHING,
    retry: { retries: 15, maxRetryTime: 1_000 },
  });

beforeAll(async () => {
  cluster = await startLocalKafka(3);
  admin = client().admin();
  await admin.connect();
  await createTopics(admin, [{ topic: TOPIC, numPartitions: PARTITIONS, replicationFactor: 3 }]);
  topics = await openKafkaTopics({
    brokers: cluster.bootstrap,
    clientId: 'leader-kills',
    partitions: PARTITIONS,
    logger,
  });
}, 240_000);

afterAll(async () => {
  await topics.close();
  await admin.disconnect();
  await cluster.stop();
}, 60_000);

/** 400 messages a second, whether those before are acknowledged or not. */
const publishUntil = async (stop: AbortSignal, acknowledged: Set<string>, failed: string[]): Promise<void> => {
  const calls: Promise<void>[] = [];
  for (let call = 0; !stop.aborted; call += 1) {
    const ids = Array.from({ length: MESSAGES_PER_CALL }, (_, n) => `${call}-${n}`);
    const messages = ids.map((id) => ({
      topic: TOPIC,
      key: `key-${id}`,
      headers: {},
      value: Buffer.from(id.padEnd(1_000)),
    }));
    calls.push(
      topics.publish(messages).then(
        () => ids.forEach((id) => acknowledged.add(id)),
        () => void failed.push(...ids),
      ),
    );
    await sleep(CALL_EVERY_MS);
  }
  await Promise.all(calls);
};

const partitionsNow = async () => (await admin.fetchTopicMetadata({ topics: [TOPIC] })).topics[0]?.partitions ?? [];

/** What the topic holds, read by a plain client that shares nothing with the adapter. */
const judge = async (): Promise<readonly string[]> => {
  const found: string[] = [];
  const ends = new Map((await admin.fetchTopicOffsets(TOPIC)).map(({ partition, high }) => [partition, Number(high)]));
  const consumer = client().consumer({ groupId: 'judge' });
  await consumer.connect();
  await consumer.subscribe({ topics: [TOPIC], fromBeginning: true });
  await consumer.run({
    eachBatch: async ({ batch }) => {
      for (const { value } of batch.messages) found.push(String(value).trim());
      if (Number(batch.lastOffset()) + 1 >= (ends.get(batch.partition) ?? 0)) ends.delete(batch.partition);
    },
  });
  while ([...ends.values()].some((end) => end > 0)) await sleep(100);
  await consumer.disconnect();
  return found;
};

test(`${KILLS} leaders are killed one after the other, and every acknowledged message is there`, async () => {
  const random = seeded(SEED);
  const [acknowledged, failed] = [new Set<string>(), [] as string[]];
  const stop = new AbortController();
  const publishing = publishUntil(stop.signal, acknowledged, failed);
  let brokers = cluster.brokers;
  for (let kill = 0; kill < KILLS; kill += 1) {
    await sleep(500 + random() * 1_500);
    const { leader } = (await partitionsNow())[Math.floor(random() * PARTITIONS)] ?? { leader: 1 };
    process.kill(brokers.find(({ id }) => id === leader)?.pid ?? Number.NaN, 'SIGKILL');
    await sleep(random() * 4_000);
    brokers = await cluster.restart();
    while ((await partitionsNow()).some(({ isr }) => isr.length < 3)) await sleep(200);
  }
  while (acknowledged.size <= AT_LEAST) await sleep(100);
  stop.abort();
  await publishing;
  const found = await judge();
  const kept = new Set(found);
  const lost = [...acknowledged].filter((id) => !kept.has(id));
  console.log(
    `kills ${KILLS}, acknowledged ${acknowledged.size}, refused ${failed.length}, lost ${lost.length}, doubled ${found.length - kept.size}`,
  );
  expect(lost).toEqual([]);
}, 400_000);
