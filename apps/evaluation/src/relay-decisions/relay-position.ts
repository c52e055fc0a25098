import { TOPICS } from '@weir/contracts';
import { partitionOfShard } from '@weir/domain';
import { PositionLost, type Topics } from '@weir/messaging';
import { Retryable } from '@weir/postgres';
import type pg from 'pg';

/** How the relay names itself where groups of consumers are told. */
export const RELAY = 'relay';

/** How far the decisions of a shard were published, and to which topic. */
export interface RelayPosition {
  readonly next: number;
  /** null: a version before published. */
  readonly incarnation: string | null;
  /** How often a person let it publish again from an earlier position. */
  readonly rewinds: number;
}

export interface RelayPlace {
  readonly pool: pg.Pool;
  readonly topics: Pick<Topics, 'incarnation' | 'lost'>;
  readonly shard: string;
}

export const readRelay = async (pool: Pick<pg.Pool, 'query'>, shard: string): Promise<RelayPosition | null> => {
  const { rows } = await pool.query<RelayPosition>(
    'SELECT next_position::float8 AS next, incarnation, rewinds FROM evaluation.relay WHERE shard = $1',
    [shard],
  );
  return rows[0] ?? null;
};

/**
 * Where the relay of a shard goes on. It is bound to its topic before it publishes.
 * @throws PositionLost when what it published is in another topic: those who read this one would miss it.
 */
export const settleRelay = async (place: RelayPlace): Promise<RelayPosition & { readonly incarnation: string }> => {
  const { pool, topics, shard } = place;
  const incarnation = await topics.incarnation(TOPICS.decisions);
  const known = await readRelay(pool, shard);
  const about = { group: RELAY, topic: TOPICS.decisions, partition: partitionOfShard(shard) };
  if (known !== null && known.incarnation !== null && known.incarnation !== incarnation) {
    const fault = new PositionLost({
      ...about,
      loss: 'another topic',
      position: known,
      place: { incarnation, first: 0, end: 0 },
    });
    topics.lost.note({ ...about, fault });
    throw fault;
  }
  topics.lost.note({ ...about, fault: null });
  const position = { next: known?.next ?? 0, incarnation, rewinds: known?.rewinds ?? 0 };
  if (known?.incarnation !== incarnation) await noteRelayed(pool, shard, position);
  return position;
};

/**
 * Notes how far a shard was published; never back. It waits for no disk: what is told behind a position that a crash of
 * PostgreSQL took back is told once more.
 * @throws Retryable when a person let the relay begin elsewhere meanwhile.
 */
export const noteRelayed = async (
  pool: Pick<pg.Pool, 'query'>,
  shard: string,
  { next, incarnation, rewinds }: RelayPosition,
): Promise<void> => {
  const { rowCount } = await pool.query(
    `INSERT INTO evaluation.relay AS r (shard, next_position, incarnation, rewinds)
     SELECT $1, $2::bigint, $3, $4::integer FROM (SELECT set_config('synchronous_commit', 'off', true)) AS soon
     ON CONFLICT (shard) DO UPDATE SET next_position = greatest(r.next_position, excluded.next_position), incarnation = excluded.incarnation
      WHERE (r.incarnation IS NULL OR r.incarnation = excluded.incarnation) AND r.rewinds = excluded.rewinds`,
    [shard, next, incarnation, rewinds],
  );
  if (rowCount === 0) throw new Retryable(`The decisions of ${shard} are published again from an earlier position`);
};

/** How far each shard of decisions was published. */
export const readRelays = async (
  pool: Pick<pg.Pool, 'query'>,
): Promise<readonly (RelayPosition & { readonly shard: string })[]> => {
  const { rows } = await pool.query<RelayPosition & { shard: string }>(
    'SELECT shard, next_position::float8 AS next, incarnation, rewinds FROM evaluation.relay ORDER BY shard',
  );
  return rows;
};

/** Lets decisions be published from an earlier position, in the caller's transaction; false when somebody else did meanwhile. */
export const rewindRelay = async (
  client: Pick<pg.PoolClient, 'query'>,
  shard: string,
  { next, incarnation, rewinds }: RelayPosition,
): Promise<boolean> => {
  const { rowCount } = await client.query(
    `UPDATE evaluation.relay SET next_position = least(next_position, $2), incarnation = $3, rewinds = rewinds + 1
      WHERE shard = $1 AND rewinds = $4`,
    [shard, next, incarnation, rewinds],
  );
  return rowCount === 1;
};
