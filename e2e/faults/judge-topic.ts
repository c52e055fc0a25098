import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { zstdDecompressSync } from 'node:zlib';
import kafkajs, { Kafka, logLevel, type IHeaders } from 'kafkajs';

kafkajs.CompressionCodecs[kafkajs.CompressionTypes.ZSTD] = () => ({
  decompress: async (batch: Buffer) => zstdDecompressSync(batch),
});

/** What somebody who follows the decisions saw, read from the brokers by a plain client. */
export interface TopicFinding {
  /** Decisions of the log that were never published. */
  readonly unpublished: number;
  /** Decisions that were first published behind a later one of their shard: who drops repeats by (shard, position) misses them. */
  readonly late: number;
  /** Messages that repeat one before. */
  readonly repeated: number;
}

const TOPIC = 'decisions.recorded.v1';
const READ_WITHIN_MS = 180_000;

/** `shards`: how many decisions the log has of each shard. */
export const judgeTopic = async (
  brokers: readonly string[],
  shards: ReadonlyMap<string, number>,
): Promise<TopicFinding> => {
  const seen = new Map([...shards.keys()].map((shard) => [shard, { positions: new Set<number>(), highest: -1 }]));
  let [late, repeated] = [0, 0];
  await readAll(brokers, (headers) => {
    const shard = seen.get(String(headers['weir-shard']));
    const position = Number(String(headers['weir-position']));
    if (!shard) return;
    if (shard.positions.has(position)) repeated += 1;
    else if (position < shard.highest) late += 1;
    shard.positions.add(position);
    shard.highest = Math.max(shard.highest, position);
  });
  const unpublished = [...shards].reduce(
    (sum, [shard, size]) => sum + size - (seen.get(shard)?.positions.size ?? 0),
    0,
  );
  return { unpublished, late, repeated };
};

const readAll = async (brokers: readonly string[], see: (headers: IHeaders) => void): Promise<void> => {
  const kafka = new Kafka({
    clientId: 'judge',
    brokers: [...brokers],
    logLevel: logLevel.NOTHING,
    retry: { retries: 15, maxRetryTime: 1_000 },
  });
  const admin = kafka.admin();
  await admin.connect();
  const ends = new Map(
    (await admin.fetchTopicOffsets(TOPIC))
      .filter(({ high, low }) => high !== low)
      .map(({ partition, high }) => [partition, Number(high)]),
  );
  await admin.disconnect();
  const consumer = kafka.consumer({ groupId: `judge-${randomUUID()}` });
  try {
    await consumer.connect();
    await consumer.subscribe({ topics: [TOPIC], fromBeginning: true });
    await consumer.run({
      autoCommit: false,
      eachBatch: async ({ batch }) => {
        for (const { headers } of batch.messages) see(headers ?? {});
        if (Number(batch.lastOffset()) + 1 >= (ends.get(batch.partition) ?? 0)) ends.delete(batch.partition);
      },
    });
    for (const until = Date.now() + READ_WITHIN_MS; ends.size > 0;) {
      await sleep(100);
      if (Date.now() > until) throw new Error(`${TOPIC} was not read within ${READ_WITHIN_MS / 1000} s.`);
    }
  } finally {
    await consumer.disconnect();
  }
};
