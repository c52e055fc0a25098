import type pg from 'pg';

export interface DecisionCounts {
  readonly total: number;
  /** Judgements that moved scores led to: those with another outcome, which are decisions, and those with the same. */
  readonly byScores: number;
  /** Decisions among them. */
  readonly changedByScores: number;
}

/** Counts in the log itself, not in what was derived from it. */
export const countDecisions = async (pool: pg.Pool): Promise<DecisionCounts> => {
  const { rows } = await pool.query<DecisionCounts>(
    `WITH by_scores AS (
       SELECT type, data::jsonb AS data FROM log.event
        WHERE type IN ('DecisionRecorded', 'JudgementsConfirmed') AND data::jsonb #>> '{cause,feed}' = 'epss'
     )
     SELECT (SELECT count(*)::float8 FROM log.event WHERE type = 'DecisionRecorded') AS total,
            coalesce(sum(coalesce(jsonb_array_length(data -> 'packages'), 1)), 0)::float8 AS "byScores",
            (count(*) FILTER (WHERE type = 'DecisionRecorded'))::float8 AS "changedByScores"
       FROM by_scores`,
  );
  return rows[0] ?? { total: 0, byScores: 0, changedByScores: 0 };
};
