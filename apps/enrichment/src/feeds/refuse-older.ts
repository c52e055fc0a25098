import type pg from 'pg';
import type { FeedKind } from './feed.js';
import { RefusedFeed } from './refused-feed.js';

/** Refuses a file that is older than what is loaded: it would bring back what is no longer so. Dates compare as text. */
export const refuseOlder = async (client: pg.PoolClient, feed: FeedKind, asOf: string): Promise<void> => {
  const { rows } = await client.query<{ latest: string | null }>(
    'SELECT max(as_of) AS latest FROM intelligence.feed_load WHERE feed = $1',
    [feed],
  );
  const latest = rows[0]?.latest ?? null;
  if (latest === null || asOf >= latest) return;
  throw new RefusedFeed(
    'outdated',
    `The file is of ${asOf}, and ${latest} is loaded already: load the newest file only.`,
  );
};
