import type pg from 'pg';
import { copyRows } from '../database/copy-rows.js';
import { closeFeeds, takeTurn } from '../database/feed-lock.js';
import type { FeedLoad, LoadTask } from '../feeds/load-task.js';
import { queueByCve } from '../feeds/queue-affected.js';
import { refuseOlder } from '../feeds/refuse-older.js';
import { atMost } from '../feeds/unpack.js';
import { readEpss, type EpssFile } from './read-epss.js';

const MOST_TEXT = 256 * 1024 * 1024;
const COPY_CHARACTERS = 1024 * 1024;
/** FIRST drops some 0.1 % of the CVEs in seven weeks; a file that lacks more is a part and takes nothing away. */
const MOST_REMOVED = 0.01;

/**
 * From how much on a percentile counts as moved (ADR 0061). Percentiles have five digits: half a digit of one more keeps
 * what binary fractions make of 0.97351 - 0.96351 from mattering.
 */
const MOVED_PERCENTILE = 0.01 - 0.000_000_5;

/**
 * Takes a day of EPSS scores. A CVE is changed when its score moved, or its percentile by 0.01 since it was stored: less
 * shifts for nearly all CVEs every day, and is left as it was. Invariant: what is stored is what facts say; packages are
 * queued for exactly what is written (ADR 0061).
 */
export const loadEpss = async ({ client, chunks, skipped, revision, loadedAt }: LoadTask): Promise<FeedLoad> => {
  const file = await readEpss(atMost(chunks, MOST_TEXT, 'holds more than'), skipped);
  const asOf = file.scoreDate;
  const records = await stage(client, file);
  await takeTurn(client, 'epss');
  await refuseOlder(client, 'epss', asOf);
  const { added, changed, removed } = await merge(client, asOf);
  await closeFeeds(client);
  const change = { feed: 'epss', revision: revision ?? asOf, queuedAt: loadedAt };
  const affectedPackages = await queueByCve(client, change);
  return { revision: change.revision, asOf, records, added, changed, removed, foreign: 0, affectedPackages };
};

const stage = async (client: pg.PoolClient, { rows }: EpssFile): Promise<number> => {
  await client.query(
    'CREATE TEMPORARY TABLE staged_score (cve text NOT NULL, score float8 NOT NULL, percentile float8 NOT NULL) ON COMMIT DROP',
  );
  let [records, text] = [0, ''];
  for await (const batch of rows) {
    records += batch.count;
    text += batch.text;
    if (text.length < COPY_CHARACTERS) continue;
    await copyRows(client, 'staged_score', text);
    text = '';
  }
  await copyRows(client, 'staged_score', text);
  await client.query('ANALYZE staged_score');
  return records;
};

interface Merged {
  readonly added: number;
  readonly changed: number;
  readonly removed: number;
}

const merge = async (client: pg.PoolClient, date: string): Promise<Merged> => {
  await client.query(DIFFERENCE);
  await client.query(MISSING);
  // Without it the planner takes them for small and looks 340,000 rows up one by one.
  await client.query('ANALYZE other_score; ANALYZE missing_score');
  const counts = await client.query<Merged & { readonly known: number }>(COUNTS);
  const { added = 0, changed = 0, removed = 0, known = 0 } = counts.rows[0] ?? {};
  const isWhole = removed <= known * MOST_REMOVED;
  if (!isWhole) await client.query('DELETE FROM missing_score');
  await client.query(KEEP_HISTORY, [date]);
  await client.query(UPDATE, [date]);
  await client.query(INSERT, [date]);
  if (isWhole && removed > 0)
    await client.query('DELETE FROM intelligence.epss_score e USING missing_score m WHERE e.cve = m.cve');
  await client.query(MOVED);
  return { added, changed, removed: isWhole ? removed : 0 };
};

const DIFFERENCE = `
  CREATE TEMPORARY TABLE other_score ON COMMIT DROP AS
  SELECT s.cve, s.score, s.percentile, e.cve IS NULL AS is_new,
         e.date AS old_date, e.score AS old_score, e.percentile AS old_percentile
    FROM staged_score s LEFT JOIN intelligence.epss_score e ON e.cve = s.cve
   WHERE e.cve IS NULL OR e.score <> s.score OR abs(e.percentile - s.percentile) >= ${MOVED_PERCENTILE}
   ORDER BY s.cve`;

const MISSING = `
  CREATE TEMPORARY TABLE missing_score ON COMMIT DROP AS
  SELECT e.* FROM intelligence.epss_score e WHERE NOT EXISTS (SELECT FROM staged_score s WHERE s.cve = e.cve)`;

const COUNTS = `
  SELECT (SELECT count(*) FROM other_score WHERE is_new)::float8 AS added,
         (SELECT count(*) FROM other_score WHERE NOT is_new)::float8 AS changed,
         (SELECT count(*) FROM missing_score)::float8 AS removed,
         (SELECT count(*) FROM intelligence.epss_score)::float8 AS known`;

/** A file that corrects its own day replaces scores without a trace, so no day of a CVE is written twice. */
const KEEP_HISTORY = `
  INSERT INTO intelligence.epss_history (cve, date, score, percentile)
  SELECT cve, old_date, old_score, old_percentile FROM other_score WHERE NOT is_new AND old_date < $1::date
   UNION ALL SELECT cve, date, score, percentile FROM missing_score WHERE date < $1::date`;

const UPDATE = `
  UPDATE intelligence.epss_score e SET score = o.score, percentile = o.percentile, date = $1::date
    FROM other_score o WHERE NOT o.is_new AND e.cve = o.cve`;

const INSERT = `
  INSERT INTO intelligence.epss_score (cve, score, percentile, date)
  SELECT cve, score, percentile, $1::date FROM other_score WHERE is_new`;

const MOVED = `
  CREATE TEMPORARY TABLE moved_cve ON COMMIT DROP AS
  SELECT cve FROM other_score UNION ALL SELECT cve FROM missing_score`;
