import type pg from 'pg';

/** The next offset to read; 0 before the first. */
export const readPosition = async (pool: pg.Pool, topic: string, partition: number): Promise<number> => {
  const { rows } = await pool.query<{ next: number }>(
    'SELECT next_offset::float8 AS next FROM intelligence.position WHERE topic = $1 AND partition = $2',
    [topic, partition],
  );
  return rows[0]?.next ?? 0;
};

/**
 * Moves the position forward; a consumer that lost its partition cannot move it back. It waits for no disk: what was
 * handled behind a position that a crash of PostgreSQL took back is handled again and changes nothing.
 */
export const movePosition = async (pool: pg.Pool, topic: string, partition: number, next: number): Promise<void> => {
  await pool.query(
    `INSERT INTO intelligence.position AS p (topic, partition, next_offset)
     SELECT $1, $2::integer, $3::bigint FROM (SELECT set_config('synchronous_commit', 'off', true)) AS soon
     ON CONFLICT (topic, partition) DO UPDATE SET next_offset = GREATEST(p.next_offset, excluded.next_offset)`,
    [topic, partition, next],
  );
};
