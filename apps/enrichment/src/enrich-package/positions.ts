import type { Position } from '@weir/messaging';
import { Retryable } from '@weir/postgres';
import type pg from 'pg';

/** How far a partition was read; null before the first message. */
export const readPosition = async (pool: pg.Pool, topic: string, partition: number): Promise<Position | null> => {
  const { rows } = await pool.query<Position>(
    'SELECT next_offset::float8 AS next, incarnation FROM intelligence.position WHERE topic = $1 AND partition = $2',
    [topic, partition],
  );
  return rows[0] ?? null;
};

/** Where a partition stands, and in which topic of its name. */
export interface Standing {
  readonly topic: string;
  readonly partition: number;
  readonly next: number;
  readonly incarnation: string;
}

/**
 * Moves the position forward; a consumer that lost its partition cannot move it back. It waits for no disk: what was
 * handled behind a position that a crash of PostgreSQL took back is handled again and changes nothing.
 * @throws Retryable when the position is in another topic of this name by now: what was read says nothing of that one.
 */
export const movePosition = async (pool: pg.Pool, { topic, partition, next, incarnation }: Standing): Promise<void> => {
  const { rowCount } = await pool.query(
    `INSERT INTO intelligence.position AS p (topic, partition, next_offset, incarnation)
     SELECT $1, $2::integer, $3::bigint, $4 FROM (SELECT set_config('synchronous_commit', 'off', true)) AS soon
     ON CONFLICT (topic, partition) DO UPDATE SET next_offset = GREATEST(p.next_offset, excluded.next_offset), incarnation = excluded.incarnation
      WHERE p.incarnation IS NULL OR p.incarnation = excluded.incarnation`,
    [topic, partition, next, incarnation],
  );
  if (rowCount === 0)
    throw new Retryable(`Another topic was adopted as ${topic} while partition ${partition} was read`);
};

/** Every position, by topic and partition. */
export const readPositions = async (
  pool: Pick<pg.Pool, 'query'>,
): Promise<readonly (Position & { readonly topic: string; readonly partition: number })[]> => {
  const { rows } = await pool.query<Position & { topic: string; partition: number }>(
    'SELECT topic, partition, next_offset::float8 AS next, incarnation FROM intelligence.position ORDER BY topic, partition',
  );
  return rows;
};

/** Lets a partition be read from elsewhere, in the caller's transaction; false when it does not stand where it was seen. */
export const resetPosition = async (
  client: Pick<pg.PoolClient, 'query'>,
  { topic, partition, next, incarnation }: Standing,
  from: Position,
): Promise<boolean> => {
  const { rowCount } = await client.query(
    `UPDATE intelligence.position SET next_offset = $3, incarnation = $4
      WHERE topic = $1 AND partition = $2 AND next_offset = $5 AND incarnation IS NOT DISTINCT FROM $6`,
    [topic, partition, next, incarnation, from.next, from.incarnation],
  );
  return rowCount === 1;
};
