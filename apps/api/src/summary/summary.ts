import type { Summary, SummaryQuery } from '@weir/contracts';
import type pg from 'pg';
import { countUnjudged } from '../accepted/list-unjudged.js';
import type { DescribePorts } from '../decisions/describe-causes.js';
import { listDecisions } from '../decisions/list-decisions.js';
import { equals, whereClause, type Condition } from '../paging/where-clause.js';

const HOUR_MS = 60 * 60 * 1000;
const HOURS = 24;
const LAST_DECISIONS = 10;

/** The state of affairs at `now`. */
export const summaryAt = async (ports: DescribePorts, { workspace }: SummaryQuery, now: Date): Promise<Summary> => {
  const { pool } = ports;
  const firstHour = Math.floor(now.getTime() / HOUR_MS) * HOUR_MS - (HOURS - 1) * HOUR_MS;
  const [packages, unjudged, decisionsPerHour, { decisions }, policyFaults] = await Promise.all([
    countPackages(pool, workspace),
    countUnjudged(pool, workspace),
    countDecisions(pool, workspace, firstHour),
    listDecisions(ports, { workspace, limit: LAST_DECISIONS }),
    listFaults(pool, workspace, new Date(now.getTime() - HOURS * HOUR_MS)),
  ]);
  return { packages, unjudged, decisionsPerHour, lastDecisions: decisions, policyFaults };
};

const select = async <Row extends pg.QueryResultRow>(
  pool: pg.Pool,
  head: string,
  conditions: readonly Condition[],
  tail: string,
): Promise<readonly Row[]> => {
  const { text, values } = whereClause(conditions);
  return (await pool.query<Row>(`${head} ${text} ${tail}`, [...values])).rows;
};

const countPackages = async (pool: pg.Pool, workspace: string | undefined): Promise<Summary['packages']> => {
  const rows = await select<{ state: keyof Summary['packages']['byState']; count: number }>(
    pool,
    'SELECT state, count(*)::int AS count FROM api.package_view',
    [["presence = 'present'"], equals('workspace', workspace)],
    'GROUP BY state',
  );
  const byState = {
    available: 0,
    quarantined: 0,
    hidden: 0,
    deleted: 0,
    ...Object.fromEntries(rows.map(({ state, count }) => [state, count])),
  };
  return { total: rows.reduce((total, { count }) => total + count, 0), byState };
};

const countDecisions = async (
  pool: pg.Pool,
  workspace: string | undefined,
  firstHour: number,
): Promise<Summary['decisionsPerHour']> => {
  const rows = await select<{ hour: Date; decisions: number; changed: number }>(
    pool,
    'SELECT hour, sum(decisions)::int AS decisions, sum(changed)::int AS changed FROM api.decision_hour',
    [['hour >= ?', new Date(firstHour)], equals('workspace', workspace)],
    'GROUP BY hour',
  );
  const counted = new Map(rows.map((row) => [row.hour.getTime(), row]));
  return Array.from({ length: HOURS }, (_, i) => firstHour + i * HOUR_MS).map((hour) => {
    const { decisions = 0, changed = 0 } = counted.get(hour) ?? {};
    return { hour: new Date(hour).toISOString(), decisions, changed };
  });
};

const MOST_FAULTS = 20;

const listFaults = async (
  pool: pg.Pool,
  workspace: string | undefined,
  since: Date,
): Promise<Summary['policyFaults']> => {
  const rows = await select<Omit<Summary['policyFaults'][number], 'lastAt'> & { readonly lastAt: Date }>(
    pool,
    `SELECT fault ->> 'policyId' AS "policyId", (array_agg(fault ->> 'policy' ORDER BY decided_at DESC))[1] AS policy,
       fault ->> 'code' AS code, (array_agg(fault ->> 'message' ORDER BY decided_at DESC))[1] AS message, count(*)::int AS count,
       max(decided_at) AS "lastAt", (array_agg(id ORDER BY decided_at DESC))[1] AS "lastDecisionId"
     FROM api.decision_view, jsonb_array_elements(errored) AS fault`,
    [["errored <> '[]'::jsonb"], ['decided_at >= ?', since], equals('workspace', workspace)],
    `GROUP BY 1, 3 ORDER BY count(*) DESC, 1 LIMIT ${MOST_FAULTS}`,
  );
  return rows.map((row) => ({ ...row, lastAt: row.lastAt.toISOString() }));
};
