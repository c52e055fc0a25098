import type pg from 'pg';

export interface DecisionCounts {
  readonly total: number;
  readonly byScores: number;
}

/** Counts in the log itself, not in what was derived from it. */
export const countDecisions = async (pool: pg.Pool): Promise<DecisionCounts> => {
  const { rows } = await pool.query<DecisionCounts>(
    `SELECT count(*)::float8 AS total, (count(*) FILTER (WHERE data::jsonb #>> '{cause,feed}' = 'epss'))::float8 AS "byScores"
       FROM log.event WHERE type = 'DecisionRecorded'`,
  );
  return rows[0] ?? { total: 0, byScores: 0 };
};
