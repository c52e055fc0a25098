import type pg from 'pg';
import type { ReadSoFar } from '../conditions/current-conditions.js';

/** Notes that no package of the shard is due for what the policies' and the feeds' shard say up to there. */
export const noteSwept = async (pool: pg.Pool, shard: string, { policies, feeds }: ReadSoFar): Promise<void> => {
  await pool.query(
    `INSERT INTO evaluation.swept (shard, policy_events, feed_events) VALUES ($1, $2, $3)
     ON CONFLICT (shard) DO UPDATE SET policy_events = excluded.policy_events, feed_events = excluded.feed_events`,
    [shard, policies, feeds],
  );
};

export const workspacesOf = async (pool: pg.Pool, shard: string): Promise<readonly string[]> => {
  const { rows } = await pool.query<{ workspace: string }>(WORKSPACES, [shard]);
  return rows.map(({ workspace }) => workspace);
};

/** From workspace to workspace in the index: DISTINCT would read every package of the shard. */
const WORKSPACES = `
  WITH RECURSIVE next (workspace) AS (
    (SELECT workspace FROM evaluation.judgement WHERE shard = $1 ORDER BY workspace LIMIT 1)
    UNION ALL
    SELECT (SELECT j.workspace FROM evaluation.judgement j WHERE j.shard = $1 AND j.workspace > next.workspace ORDER BY j.workspace LIMIT 1)
      FROM next WHERE next.workspace IS NOT NULL
  )
  SELECT workspace FROM next WHERE workspace IS NOT NULL`;
