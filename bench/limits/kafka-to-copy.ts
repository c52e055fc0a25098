import { randomUUID } from 'node:crypto';
import { zstdDecompressSync } from 'node:zlib';
import kafkajs, { Kafka, logLevel } from 'kafkajs';
import pg from 'pg';
import { bareRow, copyText, createBareTable } from './bare-copy.ts';

kafkajs.CompressionCodecs[kafkajs.CompressionTypes.ZSTD] = () => ({ decompress: async (batch: Buffer) => zstdDecompressSync(batch) });

export interface BareLoop {
  readonly brokers: readonly string[];
  readonly databaseUrl: string;
  readonly topic: string;
  /** Where each partition begins; the loop reads `messages` from there on. */
  readonly from: readonly number[];
  readonly messages: number;
  readonly rowsPerCommit: number;
}

const TABLE = 'bench_loop';

/**
 * Messages a second from Kafka into PostgreSQL with nothing in between: read in batches, COPY into a table without an index, commit.
 * Counts from the first batch to the last commit. This is what any program pays that stores what it reads.
 */
export const kafkaToCopyRate = async (loop: BareLoop): Promise<number> => {
  const pool = new pg.Pool({ connectionString: loop.databaseUrl, application_name: 'bare loop', max: loop.from.length });
  const consumer = new Kafka({ clientId: 'bench-loop', brokers: [...loop.brokers], logLevel: logLevel.NOTHING }).consumer({ groupId: `bench-${randomUUID()}`, maxBytesPerPartition: 4 * 1024 * 1024 });
  try {
    const owner = await pool.connect();
    await createBareTable(owner, TABLE);
    owner.release();
    await consumer.connect();
    await consumer.subscribe({ topics: [loop.topic] });
    return await new Promise<number>((resolve, reject) => {
      let [start, done] = [0, 0];
      const run = consumer.run({
        autoCommit: false,
        partitionsConsumedConcurrently: loop.from.length,
        eachBatch: async ({ batch }) => {
          start ||= performance.now();
          for (let from = 0; from < batch.messages.length; from += loop.rowsPerCommit) {
            const rows = batch.messages.slice(from, from + loop.rowsPerCommit).map(({ offset, value }) => bareRow(batch.partition, offset, value?.toString() ?? ''));
            await commit(pool, rows.join(''));
            done += rows.length;
          }
          if (done >= loop.messages) resolve(done / ((performance.now() - start) / 1000));
        },
      });
      run.then(() => loop.from.forEach((offset, partition) => consumer.seek({ topic: loop.topic, partition, offset: String(offset) })), reject);
    });
  } finally {
    await consumer.disconnect();
    await pool.end();
  }
};

const commit = async (pool: pg.Pool, text: string): Promise<void> => {
  const client = await pool.connect();
  try {
    await copyText(client, TABLE, text);
  } finally {
    client.release();
  }
};
