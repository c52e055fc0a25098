import type pg from 'pg';

/** Events in one transaction on average, of those that came to the shards of evaluation after `sizes`. */
export const appendsSince = async (judge: pg.Client, sizes: ReadonlyMap<string, number>): Promise<number> => {
  const { rows } = await judge.query<{ mean: number }>(
    `SELECT (count(*)::float8 / greatest(count(DISTINCT (shard, xmin::text)), 1)) AS mean FROM log.event
      WHERE shard LIKE 'evaluation/%' AND position >= coalesce(($1::jsonb ->> shard)::bigint, 0)`,
    [JSON.stringify(Object.fromEntries(sizes))],
  );
  return Number((rows[0]?.mean ?? 0).toFixed(1));
};
