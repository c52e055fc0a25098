import type pg from 'pg';
import type { FeedKind } from '@weir/contracts';
import { RefusedFeed } from './refused-feed.js';

/**
 * The newest date that was loaded since a person last put a file in the place of what was known. A date ahead of its load
 * is none, as `believedDate` of libs/domain says: so no date freezes a feed.
 */
const LATEST = `
  SELECT max(as_of COLLATE "C") AS latest
    FROM intelligence.feed_load
   WHERE feed = $1
     AND as_of COLLATE "C" <= to_char(loaded_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')
     AND id >= coalesce((SELECT max(id) FROM intelligence.feed_load WHERE feed = $1 AND decided = 'replaced'), 0)`;

/** Refuses a file that is older than what is loaded: it would bring back what is no longer so. Dates compare as text. */
export const refuseOlder = async (client: pg.PoolClient, feed: FeedKind, asOf: string): Promise<void> => {
  const { rows } = await client.query<{ latest: string | null }>(LATEST, [feed]);
  const latest = rows[0]?.latest ?? null;
  if (latest === null || asOf >= latest) return;
  throw new RefusedFeed(
    'outdated',
    `The file is of ${asOf}, and ${latest} is loaded already: load the newest file only, or say that this one is right and what is loaded is not: weir feed load ${feed} FILE --replace --because "...".`,
  );
};
