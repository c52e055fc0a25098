import type pg from 'pg';
import { digestText } from '@weir/postgres';
import { NO_PREDECESSOR } from './event-hash.js';

/** A shard as its head tells it, and how far its rows reach, both seen at the same instant. */
export interface ShardExtent {
  readonly shard: string;
  readonly hasHead: boolean;
  readonly size: number;
  readonly lastHash: string;
  readonly frontier: readonly Uint8Array[];
  /** 0 without events. */
  readonly firstPosition: number;
  /** -1 without events. */
  readonly lastPosition: number;
}

interface ExtentRow {
  readonly shard: string;
  readonly size: string | null;
  readonly last_hash: Buffer | null;
  readonly frontier: readonly Buffer[] | null;
  readonly first_position: string | null;
  readonly last_position: string | null;
}

/** The recursion steps from shard to shard through the primary key: it does not read the events between. */
const EXTENTS = `
  WITH RECURSIVE written (shard) AS (
    SELECT min(shard) FROM log.event
    UNION ALL
    SELECT (SELECT min(shard) FROM log.event AS e WHERE e.shard > written.shard) FROM written WHERE written.shard IS NOT NULL
  )
  SELECT shard, size, last_hash, frontier,
    (SELECT min(position) FROM log.event AS e WHERE e.shard = names.shard) AS first_position,
    (SELECT max(position) FROM log.event AS e WHERE e.shard = names.shard) AS last_position
  FROM (SELECT shard FROM written WHERE shard IS NOT NULL UNION SELECT shard FROM log.shard_head) AS names
  LEFT JOIN log.shard_head USING (shard)
  ORDER BY shard COLLATE "C"`;

/** Every shard that has a head or events. One statement, so that an append in between is seen whole or not at all. */
export const readExtents = async (pool: pg.Pool): Promise<readonly ShardExtent[]> => {
  const { rows } = await pool.query<ExtentRow>(EXTENTS);
  return rows.map((row) => ({
    shard: row.shard,
    hasHead: row.size !== null,
    size: Number(row.size ?? 0),
    lastHash: digestText(row.last_hash ?? NO_PREDECESSOR),
    frontier: row.frontier ?? [],
    firstPosition: Number(row.first_position ?? 0),
    lastPosition: Number(row.last_position ?? -1),
  }));
};
