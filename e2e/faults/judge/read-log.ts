import { asking } from '../ask-database.ts';
import type pg from 'pg';
import { hashOf, NO_PREDECESSOR, type LogRow } from './hash-chain.ts';

/** The decision log, read with SQL of its own: no code of the services is used here. */
export interface LogReader {
  /** Reads on from where it stands, in each shard in order; how many events that were. */
  readOn(): Promise<number>;
  /** Compares what was read with the heads; exact once nothing is written any more. */
  compareWithHeads(): Promise<ChainFinding>;
}

export interface ChainFinding {
  /** Positions that are missing or not in their head's count. */
  readonly gaps: number;
  /** The first event that does not follow from the one before, or null. */
  readonly broken: string | null;
}

const ROWS_AT_ONCE = 5_000;

interface Walk {
  next: number;
  gaps: number;
  hash: Buffer;
  broken: string | null;
}

/** `see` is told of every event once. */
export const openLogReader = (url: string, see: (row: LogRow) => void): LogReader => {
  const walks = new Map<string, Walk>();
  const walkOf = (shard: string): Walk => {
    const walk = walks.get(shard) ?? { next: 0, gaps: 0, hash: NO_PREDECESSOR, broken: null };
    walks.set(shard, walk);
    return walk;
  };
  return {
    readOn: () =>
      asking(url, async (client) => {
        let read = 0;
        for (const { shard } of await headsOf(client)) read += await walkOn(client, shard, walkOf(shard), see);
        return read;
      }),
    compareWithHeads: () =>
      asking(url, async (client) => {
        let gaps = await countHeadless(client);
        let broken: string | null = null;
        for (const { shard, size, lastHash } of await headsOf(client)) {
          const walk = walkOf(shard);
          gaps += walk.gaps + Math.abs(size - walk.next);
          broken ??= walk.broken ?? (walk.hash.equals(lastHash) ? null : `the head of ${shard}`);
        }
        return { gaps, broken };
      }),
  };
};

interface Head {
  readonly shard: string;
  readonly size: number;
  readonly lastHash: Buffer;
}

const headsOf = async (client: pg.Client): Promise<readonly Head[]> => {
  const { rows } = await client.query<Head>(
    'SELECT shard, size::float8 AS size, last_hash AS "lastHash" FROM log.shard_head ORDER BY shard',
  );
  return rows;
};

/** Events of shards that have no head. */
const countHeadless = async (client: pg.Client): Promise<number> => {
  const { rows } = await client.query<{ count: number }>(
    'SELECT count(*)::float8 AS count FROM log.event WHERE shard NOT IN (SELECT shard FROM log.shard_head)',
  );
  return rows[0]?.count ?? 0;
};

const walkOn = async (client: pg.Client, shard: string, walk: Walk, see: (row: LogRow) => void): Promise<number> => {
  for (let read = 0; ;) {
    const { rows } = await client.query<LogRow>(
      `SELECT shard, position::float8 AS position, type, version, subject, data, metadata, occurred_at, recorded_at, prev_hash, hash
         FROM log.event WHERE shard = $1 AND position >= $2 ORDER BY position LIMIT $3`,
      [shard, walk.next, ROWS_AT_ONCE],
    );
    for (const row of rows) {
      step(walk, row);
      see(row);
    }
    read += rows.length;
    if (rows.length < ROWS_AT_ONCE) return read;
  }
};

const step = (walk: Walk, row: LogRow): void => {
  walk.gaps += row.position - walk.next;
  if (!row.prev_hash.equals(walk.hash) || !hashOf(row).equals(row.hash))
    walk.broken ??= `${row.shard} at position ${row.position}`;
  walk.next = row.position + 1;
  walk.hash = row.hash;
};
