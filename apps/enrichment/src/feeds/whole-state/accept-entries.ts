import type { WholeStateFeed } from '@weir/domain';
import type pg from 'pg';

export interface AcceptedEntries {
  readonly changed: number;
  readonly removed: number;
}

/** Takes away what is awaited of a feed, and names it in temporary table `moved_cve`. */
export const acceptEntries = async (client: pg.PoolClient, feed: WholeStateFeed): Promise<AcceptedEntries> => {
  await client.query(MOVED);
  const statements = STATEMENTS[feed];
  let counts: AcceptedEntries = { changed: 0, removed: 0 };
  for (const [what, statement] of statements) {
    const { rowCount } = await client.query(statement);
    counts = what === 'history' ? counts : { ...counts, [what]: rowCount ?? 0 };
  }
  await client.query('DELETE FROM intelligence.feed_awaited WHERE feed = $1', [feed]);
  return counts;
};

const MOVED = 'CREATE TEMPORARY TABLE moved_cve (cve text NOT NULL) ON COMMIT DROP';

/** What is named is looked at again; what is left out and gone already is not. */
const gone = (table: string, feed: WholeStateFeed): string => `
  WITH gone AS (
    DELETE FROM ${table} k USING intelligence.feed_awaited w
     WHERE w.feed = '${feed}' AND w.key = k.cve AND w.score IS NULL RETURNING k.cve
  )
  INSERT INTO moved_cve SELECT cve FROM gone`;

const FALLEN = `
  WITH fallen AS (
    UPDATE intelligence.epss_score e SET score = w.score, percentile = w.percentile, date = w.day
      FROM intelligence.feed_awaited w WHERE w.feed = 'epss' AND w.key = e.cve AND w.score IS NOT NULL RETURNING e.cve
  )
  INSERT INTO moved_cve SELECT cve FROM fallen`;

const HISTORY = `
  INSERT INTO intelligence.epss_history (cve, date, score, percentile)
  SELECT e.cve, e.date, e.score, e.percentile
    FROM intelligence.epss_score e JOIN intelligence.feed_awaited w ON w.feed = 'epss' AND w.key = e.cve
   WHERE e.date < w.day
  ON CONFLICT (cve, date) DO NOTHING`;

const STATEMENTS: Readonly<Record<WholeStateFeed, readonly (readonly ['history' | 'changed' | 'removed', string])[]>> =
  {
    epss: [
      ['history', HISTORY],
      ['changed', FALLEN],
      ['removed', gone('intelligence.epss_score', 'epss')],
    ],
    kev: [['removed', gone('intelligence.kev', 'kev')]],
  };
