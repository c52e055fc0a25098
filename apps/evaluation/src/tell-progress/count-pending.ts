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
  const places = await workspacesOf(pool);
  const due = await readDue(pool, [...new Set(places.flatMap(({ shards }) => shards))], now);
  const workspaces: WorkspaceProgress[] = [];
  for (const place of places) workspaces.push(await progressOf(pool, place, await conditions.of(place.workspace), due));
  return { policyEvents, asOf: now, workspaces };
};

const progressOf = async (
  pool: pg.Pool,
  { workspace, shards }: WorkspaceShards,
  current: WorkspaceConditions,
  due: readonly Due[],
): Promise<WorkspaceProgress> => {
  const { rows } = await pool.query<Stale>(STALE, [shards, workspace, current.digest]);
  const byCause = { policy: 0, engine: 0, freshness: 0, time: 0 };
  for (const row of rows) byCause[causeOf(row, current)] += row.packages;
  // What is stale is counted there already.
  for (const one of due)
    if (one.workspace === workspace && one.conditions === current.digest) byCause.time += one.packages;
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

/** Packages whose deadline has come, by the conditions under which they were last looked at. */
interface Due {
  readonly workspace: string;
  readonly conditions: string | null;
  readonly packages: number;
}

/** Of all workspaces: asked for one of them, PostgreSQL may go through all that is up to date there (3.5 s for 200,000). */
const readDue = async (pool: pg.Pool, shards: readonly string[], now: string): Promise<readonly Due[]> => {
  const { rows } = await pool.query<Due>(
    `SELECT workspace, conditions, count(*)::float8 AS packages FROM evaluation.judgement
      WHERE shard = ANY($1::text[]) AND look_at <= $2 AND presence = 'present' GROUP BY workspace, conditions`,
    [shards, now],
  );
  return rows;
};

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
