import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { zstdDecompressSync } from 'node:zlib';
import kafkajs, { Kafka, logLevel } from 'kafkajs';

kafkajs.CompressionCodecs[kafkajs.CompressionTypes.ZSTD] = () => ({
  decompress: async (batch: Buffer) => zstdDecompressSync(batch),
});

/** A record as a plain client sees it. */
export interface TopicRecord {
  readonly partition: number;
  readonly key: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly value: Buffer;
}

const clientOf = (brokers: readonly string[]): Kafka =>
  new Kafka({ clientId: 'test', brokers: [...brokers], logLevel: logLevel.NOTHING });

/** Sends records to the partitions they name, in order and in one request; no code of the services is used. */
export const sendRecords = async (
  brokers: readonly string[],
  topic: string,
  records: readonly TopicRecord[],
): Promise<void> => {
  const producer = clientOf(brokers).producer({
    createPartitioner:
      () =>
      ({ message }) =>
        message.partition ?? 0,
  });
  await producer.connect();
  try {
    await producer.send({
      topic,
      acks: -1,
      messages: records.map((record) => ({ ...record, headers: { ...record.headers } })),
    });
  } finally {
    await producer.disconnect();
  }
};

/** Everything that a topic holds now. */
export const readRecords = async (brokers: readonly string[], topic: string): Promise<readonly TopicRecord[]> => {
  const kafka = clientOf(brokers);
  const admin = kafka.admin();
  await admin.connect();
  const missing = new Map(
    (await admin.fetchTopicOffsets(topic))
      .filter(({ high }) => Number(high) > 0)
      .map(({ partition, high }) => [partition, Number(high)]),
  );
  await admin.disconnect();
  const found: TopicRecord[] = [];
  const consumer = kafka.consumer({ groupId: `test-${randomUUID()}` });
  await consumer.connect();
  await consumer.subscribe({ topics: [topic], fromBeginning: true });
  await consumer.run({
    autoCommit: false,
    eachBatch: async ({ batch }) => {
      const { partition } = batch;
      for (const { key, headers, value } of batch.messages)
        found.push({ partition, key: String(key), headers: textOf(headers ?? {}), value: value ?? Buffer.alloc(0) });
      if (Number(batch.lastOffset()) + 1 >= (missing.get(partition) ?? 0)) missing.delete(partition);
    },
  });
  while (missing.size > 0) await sleep(50);
  await consumer.disconnect();
  return found;
};

const textOf = (headers: Readonly<Record<string, unknown>>): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));
