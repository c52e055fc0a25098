import type { FeedLoaded } from '@weir/domain';
import { inTransaction } from '@weir/postgres';
import { currentTraceparent } from '@weir/service';
import type pg from 'pg';
import { closeFeeds } from '../database/feed-lock.js';
import { noteEcosystems, type CoveredEcosystems } from './ecosystem-loads.js';
import type { FeedKind } from '@weir/contracts';
import type { LoadedFeed } from './feed.js';
import type { Decided } from './load-task.js';

/** What the log will tell of a load, and what only its row keeps. */
export interface NewLoad extends Omit<FeedLoaded['data'], 'content'> {
  readonly digest: string | null;
  readonly etag: string | null;
  readonly affectedPackages: number;
  /** What a person decided of the file, and when; null: nobody was asked. */
  readonly decided: (Decided & { readonly how: 'accepted' | 'replaced'; readonly at: string }) | null;
}

type Queryable = Pick<pg.Pool, 'query'>;

/** Notes that a feed was loaded; the latest note of each feed is its freshness. Take `closeFeeds` before: ids follow the order of commits. */
export const recordLoad = async (client: Queryable, load: NewLoad): Promise<void> => {
  const { decided } = load;
  await client.query(
    `INSERT INTO intelligence.feed_load (feed, revision, source, digest, etag, as_of, loaded_at, records, added, changed, removed, skipped, affected_packages, traceparent, decided, decided_by, because, decided_at, foreign_records, ecosystems)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20)`,
    [
      load.feed,
      load.revision,
      load.source,
      load.digest,
      load.etag,
      load.asOf,
      load.loadedAt,
      load.records,
      load.added,
      load.changed,
      load.removed,
      load.skipped,
      load.affectedPackages,
      currentTraceparent(),
      decided?.how,
      decided?.by,
      decided?.because,
      decided?.at,
      load.foreign,
      JSON.stringify(load.ecosystems),
    ],
  );
};

/** The traces of the loads that `changes` come from; loads that were not traced have none. */
export const readLoadTraces = async (
  client: Queryable,
  changes: readonly { readonly feed: FeedKind; readonly revision: string }[],
): Promise<readonly string[]> => {
  const { rows } = await client.query<{ traceparent: string }>(
    `SELECT DISTINCT ON (l.feed, l.revision) l.traceparent
       FROM (SELECT feed, revision, traceparent, id FROM intelligence.feed_load
              UNION ALL SELECT feed, revision, traceparent, id FROM intelligence.feed_held_back) l
       JOIN unnest($1::text[], $2::text[]) AS c(feed, revision) ON c.feed = l.feed AND c.revision = l.revision
      WHERE l.traceparent IS NOT NULL ORDER BY l.feed, l.revision, l.id DESC`,
    [changes.map(({ feed }) => feed), changes.map(({ revision }) => revision)],
  );
  return rows.map(({ traceparent }) => traceparent);
};

/**
 * The ETag under which this URL was last loaded; none while a file is held back, so that its source is read whole, and
 * where a version before did not tell what the file covers, so that it is fetched once more.
 */
export const latestEtag = async (pool: Queryable, feed: FeedKind, source: string): Promise<string | null> => {
  const { rows } = await pool.query<{ etag: string | null }>(
    `SELECT CASE WHEN ecosystems IS NOT NULL THEN etag END AS etag
       FROM intelligence.feed_load
      WHERE feed = $1 AND source = $2
        AND id > coalesce((SELECT max(id) FROM intelligence.feed_held_back WHERE feed = $1), 0)
      ORDER BY id DESC LIMIT 1`,
    [feed, source],
  );
  return rows[0]?.etag ?? null;
};

/**
 * Notes that a source says it is what it was: fresh as of now, and nothing changed. Like a load it takes its id while it
 * holds the feeds alone, so that loads become visible in the order of their ids.
 */
export const repeatLoad = (
  pool: pg.Pool,
  feed: FeedKind,
  source: string,
  loadedAt: string,
): Promise<Omit<LoadedFeed, 'durationMs'>> =>
  inTransaction(pool, async (client) => {
    await closeFeeds(client);
    return repeat(client, feed, source, loadedAt);
  });

interface Repeated {
  readonly revision: string;
  readonly records: number;
  readonly ecosystems: CoveredEcosystems | null;
  readonly awaited: number;
}

const repeat = async (
  client: Queryable,
  feed: FeedKind,
  source: string,
  loadedAt: string,
): Promise<Omit<LoadedFeed, 'durationMs'>> => {
  const { rows } = await client.query<Repeated>(
    `INSERT INTO intelligence.feed_load (feed, revision, source, digest, etag, as_of, loaded_at, records, added, changed, removed, skipped, affected_packages, foreign_records, ecosystems)
     SELECT feed, revision, source, digest, etag, as_of, $3, records, 0, 0, 0, skipped, 0, foreign_records, ecosystems
       FROM intelligence.feed_load WHERE feed = $1 AND source = $2 ORDER BY id DESC LIMIT 1
     RETURNING revision, records, ecosystems,
               (SELECT count(*)::float8 FROM intelligence.feed_awaited WHERE feed = $1) AS awaited`,
    [feed, source, loadedAt],
  );
  const { revision = '', records = 0, awaited = 0, ecosystems } = rows[0] ?? {};
  const covered = ecosystems ?? {};
  await noteEcosystems(client, covered, loadedAt);
  return {
    feed,
    revision,
    records,
    added: 0,
    changed: 0,
    removed: 0,
    unchanged: records,
    foreign: 0,
    ...(feed === 'osv' && { covers: Object.keys(covered) }),
    skippedRecords: 0,
    skipped: [],
    affectedPackages: 0,
    content: null,
    awaited,
    heldBack: null,
  };
};
