import { believedDate } from '@weir/domain';
import type pg from 'pg';
import { withoutSecrets } from './without-secrets.js';
import { readEcosystemLoads } from './ecosystem-loads.js';
import { ECOSYSTEMS, FEED_KINDS, type FeedKind, type FeedsView, type HeldBackFile } from '@weir/contracts';
import { readHeldBack } from './whole-state/held-back-files.js';

/** The latest load of one feed; nulls when it was never loaded. */
export interface FeedFreshness {
  readonly feed: FeedKind;
  readonly revision: string | null;
  readonly source: string | null;
  readonly asOf: string | null;
  readonly loadedAt: string | null;
  readonly records: number | null;
  readonly skipped: number | null;
  /** What the newest file takes away and that is still in force. */
  readonly awaited: number;
  readonly heldBack: HeldBackFile | null;
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

/** The latest load of every feed, and what is held back of it. */
export const readFreshness = async (client: Pick<pg.Pool, 'query'>): Promise<readonly FeedFreshness[]> => {
  const { rows } = await client.query<Row>(LATEST, [FEED_KINDS]);
  const { rows: awaited } = await client.query<{ feed: FeedKind; count: number }>(
    'SELECT feed, count(*)::float8 AS count FROM intelligence.feed_awaited GROUP BY feed',
  );
  const loads = new Map(rows.map((row) => [row.feed, shownLoad(row)]));
  const waiting = new Map(awaited.map(({ feed, count }) => [feed, count]));
  const all: FeedFreshness[] = [];
  for (const feed of FEED_KINDS)
    all.push({
      ...(loads.get(feed) ?? { feed, ...NEVER }),
      awaited: waiting.get(feed) ?? 0,
      heldBack: await shownHeldBack(client, feed),
    });
  return all;
};

const NEVER = { revision: null, source: null, asOf: null, loadedAt: null, records: null, skipped: null };

/** Versions before stored what an upload was called as it came. */
const shownSource = (source: string | null): string | null => (source === null ? null : withoutSecrets(source));

const shownLoad = ({ loadedAt, source, ...row }: Row) => {
  const at = loadedAt.toISOString();
  return { ...row, source: shownSource(source), asOf: believedDate(row.asOf, at), loadedAt: at };
};

const shownHeldBack = async (client: Pick<pg.Pool, 'query'>, feed: FeedKind): Promise<HeldBackFile | null> => {
  const file = await readHeldBack(client, feed);
  if (file === null) return null;
  const { digest: content, revision, source, asOf, loadedAt: heldAt, absent, lowered, reason } = file;
  return { content, revision, source: withoutSecrets(source), asOf, heldAt, absent, lowered, reason };
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
