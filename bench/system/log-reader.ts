import type pg from 'pg';
import type * as Settled from '../../apps/weir/src/compose/wait-until-settled.js';
import type { LoggedDecision } from './decision-checker.ts';

/** How many decisions the shards of evaluation hold: what is committed, and cheap to ask. */
export const decisionsCommitted = async (client: pg.Client): Promise<number> => {
  const { rows } = await client.query<{ size: number }>({
    name: 'bench-decisions-committed',
    text: `SELECT coalesce(sum(size), 0)::float8 AS size FROM log.shard_head WHERE shard LIKE 'evaluation/%'`,
  });
  return rows[0]?.size ?? 0;
};

/** The end of each shard of evaluation. */
export const shardSizes = async (client: pg.Client): Promise<ReadonlyMap<string, number>> => {
  const { rows } = await client.query<{ shard: string; size: number }>(
    `SELECT shard, size::float8 AS size FROM log.shard_head WHERE shard LIKE 'evaluation/%'`,
  );
  return new Map(rows.map(({ shard, size }) => [shard, size]));
};

/** The decisions that observations led to, from `sizes` on. */
export const decisionsSince = async (
  client: pg.Client,
  sizes: ReadonlyMap<string, number>,
): Promise<readonly LoggedDecision[]> => {
  const { rows } = await client.query<LoggedDecision>(
    `SELECT data::jsonb #>> '{cause,observation,id}' AS "observationId", data::jsonb ->> 'policySetDigest' AS "policySetDigest"
       FROM log.event WHERE type = 'DecisionRecorded' AND shard LIKE 'evaluation/%' AND data::jsonb #>> '{cause,kind}' = 'observation'
        AND position >= coalesce(($1::jsonb ->> shard)::bigint, 0)`,
    [JSON.stringify(Object.fromEntries(sizes))],
  );
  return rows;
};

/** The set of policies that the log says is in force. */
export const policySetInForce = async (client: pg.Client): Promise<string> => {
  const { rows } = await client.query<{ digest: string }>(
    `SELECT data::jsonb ->> 'policySetDigest' AS digest FROM log.event WHERE shard = 'policy/0' AND type = 'PolicyActivated' ORDER BY position DESC LIMIT 1`,
  );
  return rows[0]?.digest ?? '';
};

const built = new URL('../../apps/weir/dist/compose/wait-until-settled.js', import.meta.url);

/** Work behind the decisions: not relayed, not acted on, not visible in the api, not looked ahead. */
export const openWork = async (client: pg.Client): Promise<number> => {
  const { openWorkBehindDecisions } = (await import(built.href)) as typeof Settled;
  return Object.values(await openWorkBehindDecisions(client, new Date())).reduce((sum, count) => sum + count, 0);
};
