import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { zstdDecompressSync } from 'node:zlib';
import kafkajs, { Kafka, logLevel, type KafkaMessage } from 'kafkajs';

kafkajs.CompressionCodecs[kafkajs.CompressionTypes.ZSTD] = () => ({
  decompress: async (batch: Buffer) => zstdDecompressSync(batch),
});

const READ_WITHIN_MS = 180_000;

/** All messages that a topic holds now, each partition in its order, read from the brokers by a plain client. */
export const readTopic = async (
  brokers: readonly string[],
  topic: string,
  see: (message: KafkaMessage) => void,
): Promise<void> => {
  const kafka = new Kafka({
    clientId: 'judge',
    brokers: [...brokers],
    logLevel: logLevel.NOTHING,
    retry: { retries: 15, maxRetryTime: 1_000 },
  });
  const ends = await endsOf(kafka, topic);
  const consumer = kafka.consumer({ groupId: `judge-${randomUUID()}` });
  try {
    await consumer.connect();
    await consumer.subscribe({ topics: [topic], fromBeginning: true });
    await consumer.run({
      autoCommit: false,
      eachBatch: async ({ batch }) => {
        for (const message of batch.messages) see(message);
        if (Number(batch.lastOffset()) + 1 >= (ends.get(batch.partition) ?? 0)) ends.delete(batch.partition);
      },
    });
    for (const until = Date.now() + READ_WITHIN_MS; ends.size > 0;) {
      await sleep(100);
      if (Date.now() > until) throw new Error(`${topic} was not read within ${READ_WITHIN_MS / 1000} s.`);
    }
  } finally {
    await consumer.disconnect();
  }
};

/** Of the partitions that hold something. */
const endsOf = async (kafka: Kafka, topic: string): Promise<Map<number, number>> => {
  const admin = kafka.admin();
  await admin.connect();
  try {
    const offsets = await admin.fetchTopicOffsets(topic);
    return new Map(
      offsets.filter(({ high, low }) => high !== low).map(({ partition, high }) => [partition, Number(high)]),
    );
  } finally {
    await admin.disconnect();
  }
};
