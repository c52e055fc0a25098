import type pg from 'pg';
import { digestBytes, digestText } from '@weir/postgres';
import type { ShardHead } from './event-store.js';
import { NO_PREDECESSOR } from './event-hash.js';

/** A row of `log.shard_head` as `pg` gives it: bigint as text. */
export interface ShardHeadRow {
  readonly shard: string;
  readonly size: string;
  readonly last_hash: Buffer;
  readonly frontier: readonly Buffer[];
  readonly sources: Readonly<Record<string, number>>;
  readonly incarnations: Readonly<Record<string, string>>;
}

export const toShardHead = (row: ShardHeadRow): ShardHead => ({
  shard: row.shard,
  size: Number(row.size),
  lastHash: digestText(row.last_hash),
  frontier: row.frontier,
  sources: row.sources,
  incarnations: row.incarnations,
});

const HEAD = 'shard, size, last_hash, frontier, sources, incarnations';

/** The heads of all shards, by name. */
export const readHeads = async (pool: pg.Pool): Promise<readonly ShardHead[]> => {
  const { rows } = await pool.query<ShardHeadRow>(`SELECT ${HEAD} FROM log.shard_head ORDER BY shard COLLATE "C"`);
  return rows.map(toShardHead);
};

/** The head of a shard, created on first use. */
export const ensureHead = async (pool: pg.Pool, shard: string): Promise<ShardHead> => {
  await pool.query(
    `INSERT INTO log.shard_head (shard, size, last_hash, frontier, sources) VALUES ($1, 0, $2, '{}', '{}') ON CONFLICT DO NOTHING`,
    [shard, NO_PREDECESSOR],
  );
  const { rows } = await pool.query<ShardHeadRow>(`SELECT ${HEAD} FROM log.shard_head WHERE shard = $1`, [shard]);
  if (rows[0] === undefined) throw new Error(`The head of shard ${shard} is gone just after it was made.`);
  return toShardHead(rows[0]);
};

const MOVE_HEAD = `
  UPDATE log.shard_head SET size = $6, last_hash = $7, frontier = $8, sources = $9, incarnations = $10
  WHERE shard = $1 AND size = $2 AND last_hash = $3 AND sources = $4::jsonb AND incarnations = $5::jsonb`;

const sourcesOf = ({ sources, incarnations }: ShardHead): readonly string[] => [
  JSON.stringify(sources),
  JSON.stringify(incarnations),
];

/**
 * Compares and sets the head; false when it is not `from` any more.
 * Sources are compared too: a rival that appended no events but read on has moved the head as well.
 */
export const moveHead = async (client: pg.PoolClient, from: ShardHead, to: ShardHead): Promise<boolean> => {
  const expected = [from.shard, from.size, digestBytes(from.lastHash), ...sourcesOf(from)];
  const next = [to.size, digestBytes(to.lastHash), to.frontier, ...sourcesOf(to)];
  const { rowCount } = await client.query({ name: 'log-move-head', text: MOVE_HEAD, values: [...expected, ...next] });
  return rowCount === 1;
};
