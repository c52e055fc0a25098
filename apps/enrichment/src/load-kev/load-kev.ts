import type pg from 'pg';
import { closeFeeds, takeTurn } from '../database/feed-lock.js';
import type { FeedLoad, LoadTask } from '../feeds/load-task.js';
import { queueByCve } from '../feeds/queue-affected.js';
import { refuseOlder } from '../feeds/refuse-older.js';
import { atMost } from '../feeds/unpack.js';
import { readKev, type KevFile } from './read-kev.js';

const MOST_TEXT = 64 * 1024 * 1024;

/** Takes a state of CISA's catalogue: entries come, change and go. */
export const loadKev = async ({ client, chunks, skipped, revision, loadedAt }: LoadTask): Promise<FeedLoad> => {
  const file = await readKev(atMost(chunks, MOST_TEXT, 'holds more than'), skipped);
  await takeTurn(client, 'kev');
  await refuseOlder(client, 'kev', file.releasedAt);
  // An entry that could not be read may be any known one, so nothing counts as gone.
  const counts = await merge(client, file, skipped.count() === 0);
  await closeFeeds(client);
  const change = { feed: 'kev', revision: revision ?? file.catalogVersion, queuedAt: loadedAt };
  const affectedPackages = await queueByCve(client, change);
  return {
    revision: change.revision,
    asOf: file.releasedAt,
    records: file.records,
    ...counts,
    foreign: 0,
    affectedPackages,
  };
};

const merge = async (
  client: pg.PoolClient,
  { entries }: KevFile,
  removes: boolean,
): Promise<{ added: number; changed: number; removed: number }> => {
  await client.query('CREATE TEMPORARY TABLE moved_cve (cve text NOT NULL, how text NOT NULL) ON COMMIT DROP');
  await client.query(MERGE, [JSON.stringify(entries)]);
  if (removes) await client.query(REMOVE, [entries.map(({ cve }) => cve)]);
  const { rows } = await client.query<{ how: 'added' | 'changed' | 'removed'; count: number }>(
    'SELECT how, count(*)::float8 AS count FROM moved_cve GROUP BY how',
  );
  const count = (sought: string): number => rows.find(({ how }) => how === sought)?.count ?? 0;
  return { added: count('added'), changed: count('changed'), removed: count('removed') };
};

const MERGE = `
  WITH entry AS (
    SELECT r.cve, r.name, r."dateAdded" AS date_added, r."dueDate" AS due_date, r.ransomware
      FROM jsonb_to_recordset($1::jsonb) AS r(cve text, name text, "dateAdded" date, "dueDate" date, ransomware boolean)
  ), other AS (
    SELECT e.*, k.cve IS NULL AS is_new
      FROM entry e LEFT JOIN intelligence.kev k ON k.cve = e.cve
     WHERE k.cve IS NULL OR (k.date_added, k.due_date, k.ransomware, k.name) IS DISTINCT FROM (e.date_added, e.due_date, e.ransomware, e.name)
  ), written AS (
    INSERT INTO intelligence.kev (cve, date_added, due_date, ransomware, name)
    SELECT cve, date_added, due_date, ransomware, name FROM other
    ON CONFLICT (cve) DO UPDATE SET date_added = excluded.date_added, due_date = excluded.due_date,
      ransomware = excluded.ransomware, name = excluded.name
  )
  INSERT INTO moved_cve (cve, how) SELECT cve, CASE WHEN is_new THEN 'added' ELSE 'changed' END FROM other`;

const REMOVE = `
  WITH gone AS (DELETE FROM intelligence.kev WHERE cve <> ALL ($1::text[]) RETURNING cve)
  INSERT INTO moved_cve (cve, how) SELECT cve, 'removed' FROM gone`;
