import { believedDate, holdBack } from '@weir/domain';
import type pg from 'pg';
import { copyRows } from '../database/copy-rows.js';
import { closeFeeds, takeTurn } from '../database/feed-lock.js';
import type { FeedLoad, LoadTask, Waits } from '../feeds/load-task.js';
import { queueByCve } from '../feeds/queue-affected.js';
import { refuseFuture } from '../feeds/refuse-future.js';
import { refuseOlder } from '../feeds/refuse-older.js';
import { atMost } from '../feeds/unpack.js';
import { EPSS_STATE, findMissing, settleMissing, STATED } from '../feeds/whole-state/missing-entries.js';
import { refuseNameless } from '../feeds/whole-state/refuse-nameless.js';
import { DIFFERENCE, holdFalls, measureFalls, OTHER_SCORE } from './hold-falls.js';
import { readEpss, type EpssFile } from './read-epss.js';
import { writeScores } from './write-scores.js';

const MOST_TEXT = 256 * 1024 * 1024;
const COPY_CHARACTERS = 1024 * 1024;

/**
 * Takes a day of EPSS scores. A CVE is changed when its score moved, or its percentile by 0.01 since it was stored: less
 * shifts for nearly all CVEs every day, and is left as it was. What the file leaves out waits for a second day, and what
 * falls as well where it is more than a true file lowers (ADR 0150). Invariant: what is stored is what facts say; packages
 * are queued for exactly what is written (ADR 0061).
 */
export const loadEpss = async (task: LoadTask): Promise<FeedLoad> => {
  const { client, chunks, skipped, revision, loadedAt, limits, replaces } = task;
  const file = await readEpss(atMost(chunks, MOST_TEXT, 'holds more than'), skipped, limits.records);
  refuseFuture(file.scoreDate, loadedAt, { what: 'score_date', line: 1 });
  const asOf = believedDate(file.scoreDate, loadedAt);
  // No day of the future is stored: it would never be the past of a true one.
  const day = asOf ?? loadedAt.slice(0, 10);
  const staged = await stage(client, file);
  await takeTurn(client, 'epss');
  if (!replaces) await refuseOlder(client, 'epss', file.scoreDate);
  else if (staged.nameless > 0) refuseNameless(skipped);
  const { waits, ...counts } = await merge(client, { ...staged, day, replaces });
  await closeFeeds(client);
  const change = { feed: 'epss', revision: revision ?? file.scoreDate, queuedAt: loadedAt };
  const affectedPackages = await queueByCve(client, change);
  return { revision: change.revision, asOf, records: staged.records, ...counts, foreign: 0, affectedPackages, waits };
};

interface StagedFile {
  readonly records: number;
  readonly nameless: number;
  /** Rows that say nothing of a CVE, those that name none among them. */
  readonly unreadable: number;
}

const stage = async (client: pg.PoolClient, { rows }: EpssFile): Promise<StagedFile> => {
  await client.query(
    'CREATE TEMPORARY TABLE staged_score (cve text NOT NULL, score float8 NOT NULL, percentile float8 NOT NULL) ON COMMIT DROP',
  );
  await client.query(STATED);
  let [records, nameless, scores, mentioned] = [0, 0, '', ''];
  for await (const batch of rows) {
    records += batch.count;
    nameless += batch.nameless;
    scores += batch.scores;
    mentioned += batch.mentioned;
    if (scores.length + mentioned.length < COPY_CHARACTERS) continue;
    await copyRows(client, 'staged_score', scores);
    await copyRows(client, 'stated_cve (cve)', mentioned);
    [scores, mentioned] = ['', ''];
  }
  await copyRows(client, 'staged_score', scores);
  await copyRows(client, 'stated_cve (cve)', mentioned);
  const { rowCount } = await client.query('SELECT FROM stated_cve');
  await client.query(HIGHEST_OF_REPEATED);
  await client.query('INSERT INTO stated_cve SELECT cve, true FROM staged_score; ANALYZE staged_score');
  return { records, nameless, unreadable: nameless + (rowCount ?? 0) };
};

/** Of a CVE that is repeated only rows with a higher score follow. */
const HIGHEST_OF_REPEATED = `
  DELETE FROM staged_score s
   USING (SELECT cve, max(score) AS score FROM staged_score GROUP BY cve HAVING count(*) > 1) h
   WHERE s.cve = h.cve AND s.score < h.score`;

interface File extends StagedFile {
  readonly day: string;
  readonly replaces: boolean;
}

const merge = async (
  client: pg.PoolClient,
  { day, nameless, unreadable, replaces }: File,
): Promise<{ readonly added: number; readonly changed: number; readonly removed: number; readonly waits: Waits }> => {
  await client.query(OTHER_SCORE);
  await client.query(DIFFERENCE, [day]);
  // Without it the planner takes them for small and looks 340,000 rows up one by one.
  await client.query('ANALYZE other_score');
  const missing = await findMissing(client, EPSS_STATE, { day, isNamed: nameless === 0 });
  const effect = { ...missing, unreadable, ...(await measureFalls(client)) };
  const heldBack = replaces ? null : holdBack('epss', effect);
  const { gone, absent } = await settleMissing(client, EPSS_STATE, { day, replaces });
  const lowered = heldBack?.falls === true ? await holdFalls(client, day) : 0;
  const written = await writeScores(client, day);
  return {
    ...written,
    removed: gone,
    waits: { absent, lowered, heldBack: heldBack === null ? null : heldBack.reasons.join('; ') },
  };
};
