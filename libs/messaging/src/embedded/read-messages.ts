import type pg from 'pg';
import type { TopicMessage } from '../topics.js';

interface MessageRow {
  readonly topic: string;
  readonly partition: number;
  readonly offset: string;
  readonly key: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly value: Buffer;
  readonly published_at: Date;
}

/** Most bytes of values in one batch; a first message that is larger comes alone. */
export const MAX_BATCH_BYTES = 8 * 1024 * 1024;

// The sizes are summed before a value is fetched from where PostgreSQL keeps long ones.
const READ = `
  SELECT topic, partition, "offset", key, headers, value, published_at FROM (
    SELECT *, sum(octet_length(value)) OVER (ORDER BY "offset") - octet_length(value) AS bytes_before FROM (
      SELECT * FROM topic.message WHERE topic = $1 AND partition = $2 AND "offset" >= $3 ORDER BY "offset" LIMIT $4
    ) AS next
  ) AS sized WHERE bytes_before = 0 OR bytes_before + octet_length(value) <= $5 ORDER BY "offset"`;

/** Committed messages from offset `from` on, ascending, at most `most` and about 8 MB. */
export const readMessages = async (
  pool: pg.Pool,
  topic: string,
  partition: number,
  from: number,
  most: number,
): Promise<readonly TopicMessage[]> => {
  const { rows } = await pool.query<MessageRow>({
    name: 'topic-read',
    text: READ,
    values: [topic, partition, from, most, MAX_BATCH_BYTES],
  });
  return rows.map((row) => ({
    topic: row.topic,
    partition: row.partition,
    offset: Number(row.offset),
    key: row.key,
    headers: row.headers,
    value: row.value,
    publishedAt: row.published_at.toISOString(),
  }));
};

/** The next offset of each partition of `topic`. */
export const readEnds = async (pool: pg.Pool, topic: string, partitions: number): Promise<readonly number[]> => {
  const { rows } = await pool.query<{ partition: number; next_offset: string }>(
    'SELECT partition, next_offset FROM topic.partition_head WHERE topic = $1',
    [topic],
  );
  const ends = new Map(rows.map((row) => [row.partition, Number(row.next_offset)]));
  return Array.from({ length: partitions }, (_, partition) => ends.get(partition) ?? 0);
};
