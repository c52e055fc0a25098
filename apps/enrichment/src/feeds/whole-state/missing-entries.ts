import type { WholeStateFeed } from '@weir/domain';
import type pg from 'pg';

/** A feed whose file is all that it says, and the table that keeps its entries under their CVE. */
export interface WholeState {
  readonly feed: WholeStateFeed;
  readonly table: 'intelligence.epss_score' | 'intelligence.kev';
}

export const EPSS_STATE: WholeState = { feed: 'epss', table: 'intelligence.epss_score' };
export const KEV_STATE: WholeState = { feed: 'kev', table: 'intelligence.kev' };

/** What the loader puts there: every CVE that the file names, and whether what it says of it could be read. */
export const STATED =
  'CREATE TEMPORARY TABLE stated_cve (cve text NOT NULL, is_read boolean NOT NULL DEFAULT false) ON COMMIT DROP';

export interface Missing {
  /** Entries that were known before. */
  readonly known: number;
  /** Known entries that the file leaves out, and that no file of an earlier day left out. */
  readonly absent: number;
}

/**
 * Finds the known entries that temporary table `stated_cve` leaves out, as `missing_cve`. Invariant: of a file with an
 * entry that names no CVE none is missing, because that entry may have been about any.
 */
export const findMissing = async (
  client: pg.PoolClient,
  { feed, table }: WholeState,
  file: { readonly day: string; readonly isNamed: boolean },
): Promise<Missing> => {
  await client.query(
    'CREATE TEMPORARY TABLE missing_cve (cve text NOT NULL, is_told_again boolean NOT NULL) ON COMMIT DROP; ANALYZE stated_cve',
  );
  if (file.isNamed)
    await client.query(
      `INSERT INTO missing_cve
       SELECT k.cve, coalesce(w.day < $2::date, false)
         FROM ${table} k
         LEFT JOIN intelligence.feed_awaited w ON w.feed = $1 AND w.key = k.cve AND w.score IS NULL
        WHERE NOT EXISTS (SELECT FROM stated_cve s WHERE s.cve = k.cve)`,
      [feed, file.day],
    );
  await client.query('ANALYZE missing_cve');
  const { rows } = await client.query<Missing>(
    `SELECT (SELECT count(*) FROM ${table})::float8 AS known,
            (SELECT count(*) FROM missing_cve WHERE NOT is_told_again)::float8 AS absent`,
  );
  return rows[0] ?? { known: 0, absent: 0 };
};

/**
 * Settles what becomes of `missing_cve`: `gone_cve` holds what goes away now, because a file of an earlier day left it
 * out too or because the file replaces all; the others are awaited. Entries that the file states are awaited no more.
 */
export const settleMissing = async (
  client: pg.PoolClient,
  { feed }: WholeState,
  file: { readonly day: string; readonly replaces: boolean },
): Promise<{ readonly gone: number; readonly absent: number }> => {
  await client.query('CREATE TEMPORARY TABLE gone_cve (cve text NOT NULL) ON COMMIT DROP');
  const { rowCount: gone } = await client.query(
    'INSERT INTO gone_cve SELECT cve FROM missing_cve WHERE is_told_again OR $1::boolean',
    [file.replaces],
  );
  await client.query('ANALYZE gone_cve');
  await client.query(
    `DELETE FROM intelligence.feed_awaited
      WHERE feed = $1 AND key IN (SELECT cve FROM stated_cve WHERE is_read OR $2::boolean UNION ALL SELECT cve FROM gone_cve)`,
    [feed, file.replaces],
  );
  // The first day counts, so that the same file again is no second day.
  const { rowCount: absent } = await client.query(
    `INSERT INTO intelligence.feed_awaited AS w (feed, key, day)
     SELECT $1, cve, $2::date FROM missing_cve m WHERE NOT EXISTS (SELECT FROM gone_cve g WHERE g.cve = m.cve)
     ON CONFLICT (feed, key) DO UPDATE SET score = NULL, percentile = NULL,
       day = CASE WHEN w.score IS NULL THEN w.day ELSE excluded.day END`,
    [feed, file.day],
  );
  return { gone: gone ?? 0, absent: absent ?? 0 };
};
