import { believedDate, holdBack } from '@weir/domain';
import type pg from 'pg';
import { closeFeeds, takeTurn } from '../database/feed-lock.js';
import type { FeedLoad, LoadTask, Waits } from '../feeds/load-task.js';
import { queueByCve } from '../feeds/queue-affected.js';
import { refuseFuture } from '../feeds/refuse-future.js';
import { refuseOlder } from '../feeds/refuse-older.js';
import { atMost } from '../feeds/unpack.js';
import { findMissing, KEV_STATE, settleMissing, STATED } from '../feeds/whole-state/missing-entries.js';
import { refuseNameless } from '../feeds/whole-state/refuse-nameless.js';
import { readKev, type KevFile } from './read-kev.js';

/** Ten times the catalogue, which is parsed as a whole. */
const MOST_TEXT = 16 * 1024 * 1024;

/**
 * Takes a state of CISA's catalogue: entries come and change. One that the catalogue leaves out goes once a catalogue of a
 * later day leaves it out too, or a person says so (ADR 0150).
 */
export const loadKev = async (task: LoadTask): Promise<FeedLoad> => {
  const { client, chunks, skipped, revision, loadedAt, replaces } = task;
  const file = await readKev(atMost(chunks, MOST_TEXT, 'holds more than'), skipped);
  refuseFuture(file.releasedAt, loadedAt, { what: 'dateReleased', line: file.releasedLine });
  const asOf = believedDate(file.releasedAt, loadedAt);
  await takeTurn(client, 'kev');
  if (!replaces) await refuseOlder(client, 'kev', file.releasedAt);
  else if (file.nameless > 0) refuseNameless(skipped);
  const { waits, ...counts } = await merge(client, file, { day: (asOf ?? loadedAt).slice(0, 10), replaces });
  await closeFeeds(client);
  const change = { feed: 'kev', revision: revision ?? file.catalogVersion, queuedAt: loadedAt };
  const affectedPackages = await queueByCve(client, change);
  return { revision: change.revision, asOf, records: file.records, ...counts, foreign: 0, affectedPackages, waits };
};

const merge = async (
  client: pg.PoolClient,
  { entries, nameless }: KevFile,
  file: { readonly day: string; readonly replaces: boolean },
): Promise<{ readonly added: number; readonly changed: number; readonly removed: number; readonly waits: Waits }> => {
  await client.query(
    `CREATE TEMPORARY TABLE moved_cve (cve text NOT NULL, how text NOT NULL) ON COMMIT DROP; ${STATED}`,
  );
  await client.query('INSERT INTO stated_cve SELECT unnest($1::text[]), true', [entries.map(({ cve }) => cve)]);
  const missing = await findMissing(client, KEV_STATE, { ...file, isNamed: nameless === 0 });
  const effect = { ...missing, unreadable: nameless, moved: 0, lowered: 0, lost: 0 };
  const heldBack = file.replaces ? null : holdBack('kev', effect);
  const { absent } = await settleMissing(client, KEV_STATE, file);
  await client.query(MERGE, [JSON.stringify(entries), file.day]);
  await client.query(REMOVE);
  const { rows } = await client.query<{ how: 'added' | 'changed' | 'removed'; count: number }>(
    'SELECT how, count(*)::float8 AS count FROM moved_cve GROUP BY how',
  );
  const count = (sought: string): number => rows.find(({ how }) => how === sought)?.count ?? 0;
  return {
    added: count('added'),
    changed: count('changed'),
    removed: count('removed'),
    waits: { absent, lowered: 0, heldBack: heldBack === null ? null : heldBack.reasons.join('; ') },
  };
};

/**
 * Of a member that the file does not state, or not so that it can be read, what is known stays. An entry that is new was
 * added on the day of the catalogue at the latest.
 */
const MERGE = `
  WITH entry AS (
    SELECT r ->> 'cve' AS cve,
           coalesce(r ->> 'name', k.name, r ->> 'cve') AS name,
           coalesce((r ->> 'dateAdded')::date, k.date_added, $2::date) AS date_added,
           CASE WHEN r ? 'dueDate' THEN (r ->> 'dueDate')::date ELSE k.due_date END AS due_date,
           coalesce((r ->> 'ransomware')::boolean, k.ransomware, false) AS ransomware
      FROM jsonb_array_elements($1::jsonb) AS r LEFT JOIN intelligence.kev k ON k.cve = r ->> 'cve'
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
  WITH gone AS (DELETE FROM intelligence.kev k USING gone_cve g WHERE k.cve = g.cve RETURNING k.cve)
  INSERT INTO moved_cve (cve, how) SELECT cve, 'removed' FROM gone`;
