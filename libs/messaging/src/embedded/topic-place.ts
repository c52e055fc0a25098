import type pg from 'pg';
import type { Place } from '../positions/position.js';

const IDENTITY = 'SELECT id FROM topic.identity WHERE topic = $1';

/** Names a topic as it was made; it has a name before its first message. */
export const readIncarnation = async (pool: pg.Pool, topic: string): Promise<string> => {
  const find = async (): Promise<string | undefined> =>
    (await pool.query<{ id: string }>({ name: 'topic-identity', text: IDENTITY, values: [topic] })).rows[0]?.id;
  const known = await find();
  if (known !== undefined) return incarnationOf(known);
  await pool.query('INSERT INTO topic.identity (topic) VALUES ($1) ON CONFLICT DO NOTHING', [topic]);
  return incarnationOf((await find()) ?? 'unknown');
};

const incarnationOf = (id: string): string => `embedded/${id}`;

/** As trimming leaves them, the first message is one that no group has passed, or there is none. */
const PLACE = `
  SELECT h.next_offset::float8 AS "end",
         coalesce((SELECT min("offset") FROM topic.message m WHERE m.topic = h.topic AND m.partition = h.partition), h.next_offset)::float8 AS first
    FROM topic.partition_head h WHERE h.topic = $1 AND h.partition = $2`;

/** One partition of a topic as it is now. */
export const readPlace = async (pool: pg.Pool, topic: string, partition: number): Promise<Place> => {
  const incarnation = await readIncarnation(pool, topic);
  const { rows } = await pool.query<{ first: number; end: number }>(PLACE, [topic, partition]);
  const { first, end } = rows[0] ?? { first: 0, end: 0 };
  return { incarnation, first, end };
};
