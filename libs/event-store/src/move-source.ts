import type pg from 'pg';

/** Where a source of a shard stood, and where it is to go on. */
export interface SourceMove {
  readonly shard: string;
  readonly source: string;
  readonly from: { readonly next: number; readonly incarnation: string | null };
  readonly to: { readonly next: number; readonly incarnation: string };
}

const MOVE = `
  UPDATE log.shard_head
     SET sources = sources || jsonb_build_object($2::text, $3::bigint),
         incarnations = incarnations || jsonb_build_object($2::text, $4::text)
   WHERE shard = $1 AND (sources ->> $2)::bigint = $5 AND incarnations ->> $2 IS NOT DISTINCT FROM $6`;

/**
 * Moves a source of a shard that another process may have open, in the caller's transaction: that process is fenced and
 * opens the shard again. False when the source does not stand where it was seen.
 */
export const moveSource = async (client: pg.PoolClient, { shard, source, from, to }: SourceMove): Promise<boolean> => {
  const values = [shard, source, to.next, to.incarnation, from.next, from.incarnation];
  return (await client.query(MOVE, values)).rowCount === 1;
};

/** The first position of a shard that was recorded at an instant or later; the shard's size when there is none. */
export const positionSince = async (pool: pg.Pool, shard: string, since: string): Promise<number> => {
  const { rows } = await pool.query<{ size: number }>(
    'SELECT size::float8 AS size FROM log.shard_head WHERE shard = $1',
    [shard],
  );
  let [low, high] = [0, rows[0]?.size ?? 0];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    const { rows: found } = await pool.query<{ at: string }>(
      'SELECT recorded_at AS at FROM log.event WHERE shard = $1 AND position = $2',
      [shard, middle],
    );
    if ((found[0]?.at ?? since) < since) low = middle + 1;
    else high = middle;
  }
  return low;
};
