import type pg from 'pg';
import { closeFeeds, takeTurn } from '../database/feed-lock.js';
import { noteEcosystems, readEcosystemLoads } from '../feeds/ecosystem-loads.js';
import type { FeedLoad, LoadTask } from '../feeds/load-task.js';
import { queueByName, queueEcosystems } from '../feeds/queue-affected.js';
import { latestBelieved } from '../feeds/calendar.js';
import { OLDEST, refuseAhead } from './records-ahead.js';
import { stageAdvisories, type Staged } from './stage-advisories.js';

/**
 * Takes OSV records: new ones, and those that changed. Of two records with one id the one modified later counts; where
 * both say the same time (Go's are all of the year 1) the one that came last. One of a time that has not come is older than
 * all others, so that it freezes none. Records are never removed, only withdrawn. A person may put the records of a file in
 * the place of what is known of their ids, whatever time they say.
 */
export const loadOsv = async (task: LoadTask): Promise<FeedLoad> => {
  const { client, loadedAt } = task;
  const staged = await stageAdvisories(task);
  await takeTurn(client, 'osv');
  await client.query(BELIEVE_NO_FUTURE, [latestBelieved(loadedAt), OLDEST]);
  const { added, changed, foreign } = await merge(client, staged, task.replaces);
  await refuseAhead(task, staged.ahead);
  const asOf = await latestModification(client);
  const change = { feed: 'osv', revision: task.revision ?? task.digest(), queuedAt: loadedAt };
  await closeFeeds(client);
  const known = new Set((await readEcosystemLoads(client)).map(({ ecosystem }) => ecosystem));
  const fresh = Object.keys(staged.covered).filter((ecosystem) => !known.has(ecosystem));
  await noteEcosystems(client, staged.covered, loadedAt, task.replaces);
  const affectedPackages = (await queueByName(client, change, fresh)) + (await queueEcosystems(client, change, fresh));
  return {
    revision: change.revision,
    asOf,
    records: staged.records,
    added,
    changed,
    removed: 0,
    foreign,
    ecosystems: staged.ecosystems,
    covered: staged.covered,
    affectedPackages,
  };
};

const merge = async (
  client: pg.PoolClient,
  { good }: Staged,
  replaces: boolean,
): Promise<{ added: number; changed: number; foreign: number }> => {
  await client.query(NEWEST);
  await client.query(replaces ? OTHER_OF_ANY_TIME : OTHER);
  await client.query('ANALYZE newest_advisory; ANALYZE other_advisory');
  await client.query(TOUCHED);
  for (const statement of [WRITE_ADVISORIES, CLEAR_AFFECTS, WRITE_AFFECTS]) await client.query(statement);
  const { rows } = await client.query<{ added: number; changed: number; kept: number }>(COUNTS);
  const { added = 0, changed = 0, kept = 0 } = rows[0] ?? {};
  return { added, changed, foreign: good - kept };
};

/** Of what a Weir of before took: it had no bound on the future. */
const BELIEVE_NO_FUTURE =
  'UPDATE intelligence.advisory SET modified_at = $2::timestamptz WHERE modified_at > $1::timestamptz';

/** The newest record of each id in the file that Weir can match or has matched. */
const NEWEST = `
  CREATE TEMPORARY TABLE newest_advisory ON COMMIT DROP AS
  SELECT DISTINCT ON (s.id) s.ordinal, s.id, s.modified_at, s.withdrawn_at, s.digest
    FROM staged_advisory s ORDER BY s.id, s.modified_at DESC, s.ordinal DESC`;

const otherWhere = (isLater: string): string => `
  CREATE TEMPORARY TABLE other_advisory ON COMMIT DROP AS
  SELECT n.*, a.id IS NULL AS is_new
    FROM newest_advisory n LEFT JOIN intelligence.advisory a ON a.id = n.id
   WHERE CASE WHEN a.id IS NULL THEN EXISTS (SELECT FROM staged_affects f WHERE f.ordinal = n.ordinal)
         ELSE n.digest <> a.digest AND ${isLater} END`;

const OTHER = otherWhere('n.modified_at >= a.modified_at');
const OTHER_OF_ANY_TIME = otherWhere('true');

/** The packages that the changed advisories name now or named before. */
const TOUCHED = `
  CREATE TEMPORARY TABLE touched_package ON COMMIT DROP AS
  SELECT t.ecosystem, t.package_name, (array_agg(DISTINCT t.id))[1:20] AS because
    FROM (SELECT x.ecosystem, x.package_name, o.id FROM other_advisory o JOIN intelligence.advisory_affects x ON x.advisory_id = o.id
          UNION ALL
          SELECT f.ecosystem, f.package_name, o.id FROM other_advisory o JOIN staged_affects f ON f.ordinal = o.ordinal) t
   GROUP BY t.ecosystem, t.package_name`;

const WRITE_ADVISORIES = `
  INSERT INTO intelligence.advisory (id, modified_at, withdrawn_at, digest, record)
  SELECT o.id, o.modified_at, o.withdrawn_at, o.digest, s.record
    FROM other_advisory o JOIN staged_advisory s ON s.ordinal = o.ordinal
      ON CONFLICT (id) DO UPDATE SET modified_at = excluded.modified_at, withdrawn_at = excluded.withdrawn_at,
         digest = excluded.digest, record = excluded.record`;

const CLEAR_AFFECTS = `
  DELETE FROM intelligence.advisory_affects x USING other_advisory o WHERE NOT o.is_new AND x.advisory_id = o.id`;

const WRITE_AFFECTS = `
  INSERT INTO intelligence.advisory_affects (ecosystem, package_name, advisory_id)
  SELECT f.ecosystem, f.package_name, o.id FROM other_advisory o JOIN staged_affects f ON f.ordinal = o.ordinal`;

const COUNTS = `
  SELECT (SELECT count(*) FROM other_advisory WHERE is_new)::float8 AS added,
         (SELECT count(*) FROM other_advisory WHERE NOT is_new)::float8 AS changed,
         (SELECT count(*) FROM staged_advisory s JOIN intelligence.advisory a ON a.id = s.id)::float8 AS kept`;

const latestModification = async (client: pg.PoolClient): Promise<string | null> => {
  const { rows } = await client.query<{ latest: Date | null }>(
    'SELECT max(modified_at) AS latest FROM intelligence.advisory WHERE modified_at > $1::timestamptz',
    [OLDEST],
  );
  return rows[0]?.latest?.toISOString() ?? null;
};
