import type pg from 'pg';

/**
 * Writes the scores of temporary table `other_score` as of a day, takes those of `gone_cve` away, keeps what was there as
 * history, and names all of them in `moved_cve`.
 */
export const writeScores = async (
  client: pg.PoolClient,
  day: string,
): Promise<{ readonly added: number; readonly changed: number }> => {
  await client.query(KEEP_HISTORY, [day]);
  const { rowCount: changed } = await client.query(UPDATE, [day]);
  const { rowCount: added } = await client.query(INSERT, [day]);
  await client.query('DELETE FROM intelligence.epss_score e USING gone_cve g WHERE e.cve = g.cve');
  await client.query(MOVED);
  return { added: added ?? 0, changed: changed ?? 0 };
};

/**
 * A file that corrects its own day replaces scores without a trace. A day of a CVE is written twice only where a person
 * put an older file in the place of a newer: then what was written first stays.
 */
const KEEP_HISTORY = `
  INSERT INTO intelligence.epss_history (cve, date, score, percentile)
  SELECT cve, old_date, old_score, old_percentile FROM other_score WHERE NOT is_new AND old_date < $1::date
   UNION ALL
  SELECT e.cve, e.date, e.score, e.percentile
    FROM intelligence.epss_score e JOIN gone_cve g ON g.cve = e.cve WHERE e.date < $1::date
  ON CONFLICT (cve, date) DO NOTHING`;

const UPDATE = `
  UPDATE intelligence.epss_score e SET score = o.score, percentile = o.percentile, date = $1::date
    FROM other_score o WHERE NOT o.is_new AND e.cve = o.cve`;

const INSERT = `
  INSERT INTO intelligence.epss_score (cve, score, percentile, date)
  SELECT cve, score, percentile, $1::date FROM other_score WHERE is_new`;

const MOVED = `
  CREATE TEMPORARY TABLE moved_cve ON COMMIT DROP AS
  SELECT cve FROM other_score UNION ALL SELECT cve FROM gone_cve`;
