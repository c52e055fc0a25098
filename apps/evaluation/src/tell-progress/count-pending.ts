import type { JudgingProgress } from '@weir/contracts';
import type pg from 'pg';
import type { CurrentConditions, WorkspaceConditions } from '../conditions/current-conditions.js';

type WorkspaceProgress = JudgingProgress['workspaces'][number];

export interface ProgressPorts {
  readonly pool: pg.Pool;
  readonly conditions: Pick<CurrentConditions, 'of' | 'readSoFar'>;
  readonly clock: () => Date;
}

/**
 * How many packages of each workspace are yet to be looked at again, in all partitions, whichever instance has them.
 * Invariant: how many changes are in force is read before anything is counted, so what is counted knows of them all.
 */
export const countPending = async ({ pool, conditions, clock }: ProgressPorts): Promise<JudgingProgress> => {
  const { policies: policyEvents } = conditions.readSoFar();
  const now = clock().toISOString();
  const workspaces: WorkspaceProgress[] = [];
  for (const { workspace, shards } of await workspacesOf(pool))
    workspaces.push(await progressOf(pool, { workspace, shards, now }, await conditions.of(workspace)));
  return { policyEvents, asOf: now, workspaces };
};

interface Place {
  readonly workspace: string;
  readonly shards: readonly string[];
  readonly now: string;
}

const progressOf = async (
  pool: pg.Pool,
  { workspace, shards, now }: Place,
  current: WorkspaceConditions,
): Promise<WorkspaceProgress> => {
  const { rows } = await pool.query<Stale>(STALE, [shards, workspace, current.digest]);
  const due = await pool.query<{ due: number }>(DUE, [shards, workspace, current.digest, now]);
  const byCause = { policy: 0, engine: 0, freshness: 0, time: due.rows[0]?.due ?? 0 };
  for (const row of rows) byCause[causeOf(row, current)] += row.packages;
  const pending = byCause.policy + byCause.engine + byCause.freshness + byCause.time;
  return { workspace, policySetDigest: current.policySet.digest, pending, byCause };
};

/** Packages that were last looked at under the same conditions, which are not those of now. */
interface Stale {
  readonly policySetDigest: string | null;
  readonly packages: number;
  /** Of one of them. */
  readonly engineDigest: string | null;
}

/** As `whyDue` says it: another policy set is the reason before another engine, and that before freshness. */
const causeOf = (
  { policySetDigest, engineDigest }: Stale,
  { policySet, engineDigest: engine }: WorkspaceConditions,
): 'policy' | 'engine' | 'freshness' => {
  if (policySetDigest !== policySet.digest) return 'policy';
  return engineDigest === engine ? 'freshness' : 'engine';
};

/** Three stretches of the index beside what is up to date, so that it costs what is pending and not what there is. */
const STALE = `
  SELECT stale.policy_set_digest AS "policySetDigest", stale.packages,
         (SELECT j.details::json ->> 'engineDigest' FROM evaluation.judgement j WHERE j.package_key = stale.sample) AS "engineDigest"
    FROM (
      SELECT conditions, policy_set_digest, count(*)::float8 AS packages, min(package_key) AS sample
        FROM evaluation.judgement
       WHERE shard = ANY($1::text[]) AND workspace = $2 AND presence = 'present'
         AND (conditions < $3 OR conditions > $3 OR conditions IS NULL)
       GROUP BY conditions, policy_set_digest
    ) AS stale`;

/** Those of the others whose deadline has come: what is stale is counted there already. */
const DUE = `
  SELECT count(*)::float8 AS due FROM evaluation.judgement
   WHERE shard = ANY($1::text[]) AND workspace = $2 AND presence = 'present' AND conditions = $3 AND look_at <= $4`;

interface WorkspaceShards {
  readonly workspace: string;
  readonly shards: readonly string[];
}

/** From pair to pair in the index: DISTINCT would read every package. */
const workspacesOf = async (pool: pg.Pool): Promise<readonly WorkspaceShards[]> => {
  const { rows } = await pool.query<WorkspaceShards>(`
    WITH RECURSIVE next (shard, workspace) AS (
      (SELECT shard, workspace FROM evaluation.judgement ORDER BY shard, workspace LIMIT 1)
      UNION ALL
      SELECT following.shard, following.workspace
        FROM next, LATERAL (
          SELECT j.shard, j.workspace FROM evaluation.judgement j
           WHERE (j.shard, j.workspace) > (next.shard, next.workspace) ORDER BY j.shard, j.workspace LIMIT 1
        ) AS following
    )
    SELECT workspace, array_agg(shard ORDER BY shard) AS shards FROM next GROUP BY workspace ORDER BY workspace`);
  return rows;
};
