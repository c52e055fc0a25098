import { randomUUID } from 'node:crypto';
import type { Consumer, Kafka } from 'kafkajs';
import type { TopicMessage } from '../topics.js';
import { TopicsUnavailable } from '../topics-unavailable.js';
import { topicMessageOf } from './topic-message.js';
import type { WireNames } from './wire-names.js';

export interface TopicRead {
  readonly topic: string;
  readonly partition: number;
  /** The first offset to read; it exists. */
  readonly from: number;
  /** The offset to stop before. */
  readonly end: number;
  readonly limit: number;
}

const READ_WITHIN_MS = 30_000;
/** As on the embedded topics: enough for people and tools. */
const MAX_BYTES = 8_000_000;

/** Reads a stretch of one partition with a consumer that lives no longer than that, in a group of its own that never commits. */
export const readTopic = async (kafka: Kafka, names: WireNames, read: TopicRead): Promise<readonly TopicMessage[]> => {
  const consumer = kafka.consumer({
    groupId: names.group(`weir-peek-${randomUUID()}`),
    allowAutoTopicCreation: false,
    maxWaitTimeInMs: 100,
    retry: { retries: 5, restartOnFailure: async () => false },
  });
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(
    () => late.reject(new TopicsUnavailable(new Error(`${read.topic} was not read within ${READ_WITHIN_MS / 1000} s`))),
    READ_WITHIN_MS,
  );
  consumer.on(consumer.events.CRASH, ({ payload }) => late.reject(new TopicsUnavailable(payload.error)));
  try {
    return await Promise.race([collect(consumer, names.topic(read.topic), read), late.promise]);
  } finally {
    clearTimeout(timer);
    await consumer.disconnect().catch(() => undefined);
  }
};

const collect = async (
  consumer: Consumer,
  called: string,
  { topic, partition, from, end, limit }: TopicRead,
): Promise<readonly TopicMessage[]> => {
  const found: TopicMessage[] = [];
  let bytes = 0;
  const done = Promise.withResolvers<undefined>();
  consumer.on(consumer.events.GROUP_JOIN, ({ payload }) => {
    const others = (payload.memberAssignment[called] ?? []).filter((one) => one !== partition);
    consumer.pause([{ topic: called, partitions: others }]);
    consumer.seek({ topic: called, partition, offset: String(from) });
  });
  await consumer.connect();
  await consumer.subscribe({ topics: [called], fromBeginning: true });
  await consumer.run({
    autoCommit: false,
    eachBatch: async ({ batch }) => {
      if (batch.partition !== partition) return;
      for (const record of batch.messages) {
        if (Number(record.offset) < from || found.length >= limit || bytes >= MAX_BYTES) continue;
        const message = topicMessageOf(topic, partition, record);
        bytes += message.value.byteLength;
        found.push(message);
      }
      if (found.length >= limit || bytes >= MAX_BYTES || Number(batch.lastOffset()) + 1 >= end) done.resolve(undefined);
    },
  });
  await done.promise;
  return found;
};
