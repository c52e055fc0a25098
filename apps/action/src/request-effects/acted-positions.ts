import type { Fate } from '@weir/messaging';
import { textArray } from '@weir/postgres';
import type pg from 'pg';
import type { DecisionMessage } from './decision-message.js';

/** Where a decision stands in the log, and of which package it is. */
export type DecisionPlace = Pick<DecisionMessage, 'packageKey' | 'sourceShard' | 'position'>;

/** The first position of each shard of decisions behind all that `shard` acted on. */
export const readNextPositions = async (pool: pg.Pool, shard: string): Promise<Map<string, number>> => {
  const { rows } = await pool.query<{ source: string; next: number }>(
    'SELECT source_shard AS source, next_position::float8 AS next FROM action.source WHERE shard = $1',
    [shard],
  );
  return new Map(rows.map(({ source, next }) => [source, next]));
};

/** Those of the places that were passed over and not acted on since. */
export const readWaiting = async (
  pool: pg.Pool,
  places: readonly DecisionPlace[],
): Promise<readonly DecisionPlace[]> => {
  const { rows } = await pool.query<DecisionPlace>(
    `SELECT w.package_key AS "packageKey", w.source_shard AS "sourceShard", w.position::float8 AS position
       FROM unnest($1::text[], $2::text[], $3::bigint[]) AS asked (key, source, position)
       JOIN action.waiting w ON w.package_key = asked.key AND w.source_shard = asked.source AND w.position = asked.position`,
    columnsOf(places),
  );
  return rows;
};

/** A decision goes by that is not acted on now: it counts as new whenever it comes again. */
export const writeWaiting = async (client: pg.PoolClient, place: DecisionPlace, fate: Fate): Promise<void> => {
  await client.query(
    `INSERT INTO action.waiting (package_key, source_shard, position, dead_letter) VALUES ($1, $2, $3, $4)
     ON CONFLICT (package_key, source_shard, position) DO UPDATE SET dead_letter = excluded.dead_letter`,
    [place.packageKey, place.sourceShard, place.position, fate === 'dead'],
  );
};

/** The decisions were acted on, and all before them of their packages count as acted on. */
export const writeActed = async (
  client: pg.PoolClient,
  shard: string,
  places: readonly DecisionPlace[],
): Promise<void> => {
  if (places.length === 0) return;
  await client.query({ name: 'action-move-positions', text: MOVE_POSITIONS, values: [shard, ...columnsOf(places)] });
};

const MOVE_POSITIONS = `
  WITH acted AS (SELECT * FROM unnest($2::text[], $3::text[], $4::bigint[]) AS a (key, source, position)),
  gone AS (
    DELETE FROM action.waiting w USING acted
     WHERE w.package_key = acted.key AND w.source_shard = acted.source AND w.position <= acted.position
  )
  INSERT INTO action.source (shard, source_shard, next_position)
  SELECT $1, source, max(position) + 1 FROM acted GROUP BY source
  ON CONFLICT (shard, source_shard) DO UPDATE SET next_position = greatest(action.source.next_position, excluded.next_position)`;

const columnsOf = (places: readonly DecisionPlace[]) => [
  textArray(places.map(({ packageKey }) => packageKey)),
  textArray(places.map(({ sourceShard }) => sourceShard)),
  places.map(({ position }) => position),
];

/**
 * By shard of decisions, the first position that was not acted on; those of which nothing was are left out. Dead letters
 * count as acted on: a person decides about them.
 */
export const readActedUpTo = async (pool: pg.Pool): Promise<ReadonlyMap<string, number>> => {
  const { rows } = await pool.query<{ source: string; next: number }>(
    `SELECT source, min(next)::float8 AS next FROM (
       SELECT source_shard AS source, next_position AS next FROM action.source
       UNION ALL SELECT source_shard, position FROM action.waiting WHERE NOT dead_letter
     ) AS acted GROUP BY source`,
  );
  return new Map(rows.map(({ source, next }) => [source, next]));
};
