import type pg from 'pg';

/**
 * From how much on a percentile counts as moved (ADR 0061). Percentiles have five digits: half a digit of one more keeps
 * what binary fractions make of 0.97351 - 0.96351 from mattering.
 */
export const MOVED_PERCENTILE = 0.01 - 0.000_000_5;

/** What a score falls from: what is known, or less where a file of an earlier day said so already and had to wait. */
export const DIFFERENCE = `
  INSERT INTO other_score
  SELECT s.cve, s.score, s.percentile, e.cve IS NULL, e.date, e.score, e.percentile,
         least(e.score, w.score), least(e.percentile, w.percentile)
    FROM staged_score s
    LEFT JOIN intelligence.epss_score e ON e.cve = s.cve
    LEFT JOIN intelligence.feed_awaited w ON w.feed = 'epss' AND w.key = s.cve AND w.score IS NOT NULL AND w.day < $1::date
   WHERE e.cve IS NULL OR e.score <> s.score OR abs(e.percentile - s.percentile) >= ${MOVED_PERCENTILE}
   ORDER BY s.cve`;

export const OTHER_SCORE = `
  CREATE TEMPORARY TABLE other_score (
    cve text NOT NULL, score float8 NOT NULL, percentile float8 NOT NULL, is_new boolean NOT NULL, old_date date,
    old_score float8, old_percentile float8, base_score float8, base_percentile float8
  ) ON COMMIT DROP`;

const FALLS = 'NOT is_new AND (score < base_score OR percentile < base_percentile)';

export interface Falls {
  readonly moved: number;
  readonly lowered: number;
  readonly lost: number;
}

/** How far the scores of temporary table `other_score` fall. */
export const measureFalls = async (client: pg.PoolClient): Promise<Falls> => {
  const { rows } = await client.query<Falls>(
    `SELECT count(*) FILTER (WHERE NOT is_new AND score <> old_score)::float8 AS moved,
            count(*) FILTER (WHERE ${FALLS})::float8 AS lowered,
            coalesce(greatest(
              sum(greatest(base_score - score, 0)) FILTER (WHERE ${FALLS}) / nullif((SELECT sum(score) FROM intelligence.epss_score), 0),
              sum(greatest(base_percentile - percentile, 0)) FILTER (WHERE ${FALLS}) / nullif((SELECT sum(percentile) FROM intelligence.epss_score), 0)
            ), 0) AS lost
       FROM other_score`,
  );
  return rows[0] ?? { moved: 0, lowered: 0, lost: 0 };
};

/** Lets nothing of `other_score` fall: what the file says is awaited instead. What rises is taken. Answers how many wait. */
export const holdFalls = async (client: pg.PoolClient, day: string): Promise<number> => {
  const { rowCount } = await client.query(
    `INSERT INTO intelligence.feed_awaited (feed, key, day, score, percentile)
     SELECT 'epss', cve, $1::date, score, percentile FROM other_score WHERE ${FALLS}
     ON CONFLICT (feed, key) DO UPDATE SET day = excluded.day, score = excluded.score, percentile = excluded.percentile`,
    [day],
  );
  await client.query(
    `UPDATE other_score SET score = greatest(score, base_score), percentile = greatest(percentile, base_percentile) WHERE ${FALLS}`,
  );
  await client.query(
    `DELETE FROM other_score WHERE NOT is_new AND score = old_score AND abs(percentile - old_percentile) < ${MOVED_PERCENTILE}`,
  );
  return rowCount ?? 0;
};
