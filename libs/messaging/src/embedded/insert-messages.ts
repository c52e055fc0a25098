import type pg from 'pg';
import { partitionOf } from '../partition-of.js';
import type { OutgoingMessage } from '../topics.js';
import type { Place } from './wakeups.js';

const PUBLISH = 'SELECT topic.publish($1::text[], $2::int[], $3::text[], $4::jsonb[], $5::int[], $6::int[], $7::bytea)';

/** Writes messages behind the heads of their partitions, all or none, durable when it resolves to where they are. */
export const insertMessages = async (
  pool: pg.Pool,
  partitions: number,
  messages: readonly OutgoingMessage[],
): Promise<readonly Place[]> => {
  const places = messages.map(({ topic, key }) => ({ topic, partition: partitionOf(key, partitions) }));
  // The values travel as one binary parameter: an array of bytea would be written out as hexadecimal text.
  const lengths = messages.map(({ value }) => value.byteLength);
  let end = 0;
  const starts = lengths.map((length) => (end += length) - length);
  await pool.query({
    name: 'topic-publish',
    text: PUBLISH,
    values: [
      messages.map(({ topic }) => topic),
      places.map(({ partition }) => partition),
      messages.map(({ key }) => key),
      messages.map(({ headers }) => JSON.stringify(headers)),
      starts,
      lengths,
      Buffer.concat(
        messages.map(({ value }) => value),
        end,
      ),
    ],
  });
  return distinct(places);
};

const distinct = (places: readonly Place[]): readonly Place[] => [
  ...new Map(places.map((place) => [`${place.partition} ${place.topic}`, place])).values(),
];

/** Makes sure that every partition of `topic` has its head. */
export const ensureHeads = async (pool: pg.Pool, topic: string, partitions: number): Promise<void> => {
  await pool.query(
    'INSERT INTO topic.partition_head (topic, partition) SELECT $1, p FROM generate_series(0, $2::int - 1) AS p ORDER BY p ON CONFLICT DO NOTHING',
    [topic, partitions],
  );
};
