import type pg from 'pg';
import { ECOSYSTEMS } from '@weir/contracts';
import { readEcosystemLoads } from './ecosystem-loads.js';
import { FEED_KINDS, type FeedKind } from './feed.js';
import type { FeedsView } from './feeds-http.js';

/** The latest load of one feed; nulls when it was never loaded. */
export interface FeedFreshness {
  readonly feed: FeedKind;
  readonly revision: string | null;
  readonly source: string | null;
  readonly asOf: string | null;
  readonly loadedAt: string | null;
  readonly records: number | null;
  readonly skipped: number | null;
}

const LATEST = `
  SELECT l.feed, l.revision, l.source, l.as_of AS "asOf", l.loaded_at AS "loadedAt", l.records, l.skipped
    FROM unnest($1::text[]) AS f(feed)
   CROSS JOIN LATERAL (SELECT * FROM intelligence.feed_load WHERE feed = f.feed ORDER BY id DESC LIMIT 1) l`;

interface Row {
  readonly feed: FeedKind;
  readonly revision: string;
  readonly source: string;
  readonly asOf: string | null;
  readonly loadedAt: Date;
  readonly records: number;
  readonly skipped: number;
}

/** The latest load of every feed. */
export const readFreshness = async (client: Pick<pg.Pool, 'query'>): Promise<readonly FeedFreshness[]> => {
  const { rows } = await client.query<Row>(LATEST, [FEED_KINDS]);
  const found = new Map(rows.map((row) => [row.feed, { ...row, loadedAt: row.loadedAt.toISOString() }]));
  return FEED_KINDS.map(
    (feed) =>
      found.get(feed) ?? {
        feed,
        revision: null,
        source: null,
        asOf: null,
        loadedAt: null,
        records: null,
        skipped: null,
      },
  );
};

/** How fresh every feed is, advisories by ecosystem. A feed is stale when it was not loaded within `staleAfterMillis`. */
export const showFreshness = async (
  client: Pick<pg.Pool, 'query'>,
  now: Date,
  staleAfterMillis: number,
): Promise<FeedsView> => {
  const isStale = (loadedAt: string | null): boolean =>
    loadedAt === null || now.getTime() - Date.parse(loadedAt) > staleAfterMillis;
  const loads = new Map((await readEcosystemLoads(client)).map((load) => [load.ecosystem, load]));
  const ecosystems = ECOSYSTEMS.map((ecosystem) => {
    const { asOf = null, loadedAt = null } = loads.get(ecosystem) ?? {};
    return { ecosystem, asOf, loadedAt, stale: isStale(loadedAt) };
  });
  const loaded = ecosystems.filter(({ loadedAt }) => loadedAt !== null);
  const feeds = (await readFreshness(client)).map((feed) =>
    feed.feed === 'osv'
      ? { ...feed, stale: loaded.length === 0 || loaded.some(({ stale }) => stale), ecosystems }
      : { ...feed, stale: isStale(feed.loadedAt) },
  );
  return { feeds };
};
