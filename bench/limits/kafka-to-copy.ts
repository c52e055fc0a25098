import { randomUUID } from 'node:crypto';
import { zstdDecompressSync } from 'node:zlib';
import kafkajs, { Kafka, logLevel, type Consumer, type EachBatchPayload } from 'kafkajs';
import pg from 'pg';
import type { Turn } from '../measure/take-turns.ts';
import { timed } from '../measure/timed.ts';
import { bareRow, copyText, createBareTable } from './bare-copy.ts';

// The messages are compressed as the services leave them; kafkajs does not know zstd by itself.
kafkajs.CompressionCodecs[kafkajs.CompressionTypes.ZSTD] = () => ({
  decompress: async (batch: Buffer) => zstdDecompressSync(batch),
});

export interface BareLoop {
  readonly brokers: readonly string[];
  readonly databaseUrl: string;
  readonly topic: string;
  /** Where each partition begins; the loop reads `messages` from there on. */
  readonly from: readonly number[];
  readonly messages: number;
  readonly rowsPerCommit: number;
  readonly brokerProcess: number;
  readonly postgresProcess: number;
}

const TABLE = 'bench_loop';

/**
 * Messages a second from Kafka into PostgreSQL with nothing in between: read in batches, COPY into a table without an index, commit.
 * Counts from the first batch to the last commit; the CPU is that of the broker, PostgreSQL and this process. This is what any program
 * pays that stores what it reads.
 */
export const kafkaToCopy = async (loop: BareLoop): Promise<Turn> => {
  const pool = new pg.Pool({
    connectionString: loop.databaseUrl,
    application_name: 'bare loop',
    max: loop.from.length,
  });
  const consumer = new Kafka({
    clientId: 'bench-loop',
    brokers: [...loop.brokers],
    logLevel: logLevel.NOTHING,
  }).consumer({ groupId: `bench-${randomUUID()}`, maxBytesPerPartition: 4 * 1024 * 1024 });
  try {
    const owner = await pool.connect();
    await createBareTable(owner, TABLE);
    owner.release();
    await consumer.connect();
    await consumer.subscribe({ topics: [loop.topic] });
    let perSecond = 0;
    const { cpuMicros } = await timed(
      loop.messages,
      { processIds: [loop.brokerProcess], here: 'work', postgres: loop.postgresProcess },
      async () => {
        perSecond = await copyAll(loop, consumer, pool);
      },
    );
    return { perSecond, cpuMicros };
  } finally {
    await consumer.disconnect();
    await pool.end();
  }
};

const copyAll = (
  { from, messages, rowsPerCommit, topic }: BareLoop,
  consumer: Consumer,
  pool: pg.Pool,
): Promise<number> =>
  new Promise((resolve, reject) => {
    let [start, done] = [0, 0];
    consumer.on(consumer.events.CRASH, ({ payload }) => reject(payload.error));
    const eachBatch = async ({ batch }: EachBatchPayload): Promise<void> => {
      start ||= performance.now();
      for (let at = 0; at < batch.messages.length; at += rowsPerCommit) {
        const rows = batch.messages
          .slice(at, at + rowsPerCommit)
          .map(({ offset, value }) => bareRow(batch.partition, offset, value?.toString() ?? ''));
        await commit(pool, rows.join(''));
        done += rows.length;
      }
      if (done >= messages) resolve(done / ((performance.now() - start) / 1000));
    };
    const run = consumer.run({ autoCommit: false, partitionsConsumedConcurrently: from.length, eachBatch });
    run.then(
      () => from.forEach((offset, partition) => consumer.seek({ topic, partition, offset: String(offset) })),
      reject,
    );
  });

const commit = async (pool: pg.Pool, text: string): Promise<void> => {
  const client = await pool.connect();
  try {
    await copyText(client, TABLE, text);
  } finally {
    client.release();
  }
};
