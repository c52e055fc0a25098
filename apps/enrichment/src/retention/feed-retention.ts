import { FEED_SHARD } from '@weir/domain';
import { deletedByTime, type Retained } from '@weir/service';

/** What the log has: the head of its shard says up to which id it was told of loads and of files held back. */
const IS_TOLD = `r.id < coalesce((SELECT (sources ->> 'intelligence.feed_load')::bigint FROM log.shard_head WHERE shard = '${FEED_SHARD}'), 0)`;

/** How fresh a feed is. */
const IS_LATEST = 'r.id = (SELECT max(l.id) FROM intelligence.feed_load l WHERE l.feed = r.feed)';

/** What a source that says "unchanged" repeats. */
const IS_LATEST_OF_SOURCE = `r.etag IS NOT NULL AND r.id = (
  SELECT max(l.id) FROM intelligence.feed_load l WHERE l.feed = r.feed AND l.source = r.source)`;

/** What an older file is refused by: the last that a person put in place, and the newest date since. */
const REFUSES_OLDER = `(r.feed, r.id) IN (
  SELECT DISTINCT ON (l.feed) l.feed, l.id FROM intelligence.feed_load l
   WHERE l.as_of COLLATE "C" <= to_char(l.loaded_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')
     AND l.id >= coalesce((SELECT max(p.id) FROM intelligence.feed_load p WHERE p.feed = l.feed AND p.decided = 'replaced'), 0)
   ORDER BY l.feed, l.as_of COLLATE "C" DESC, l.id DESC)
  OR r.id = (SELECT max(p.id) FROM intelligence.feed_load p WHERE p.feed = r.feed AND p.decided = 'replaced')`;

/** What feeds once said: the log tells of each load and of each file that was held back. */
export const feedRetention: readonly Retained[] = [
  deletedByTime({
    table: 'intelligence.feed_load',
    time: 'loaded_at',
    mayGo: `${IS_TOLD} AND NOT coalesce(${IS_LATEST} OR (${IS_LATEST_OF_SOURCE}) OR ${REFUSES_OLDER}, false)`,
  }),
  deletedByTime({
    table: 'intelligence.feed_held_back',
    time: 'held_at',
    mayGo: `${IS_TOLD} AND r.id <> (SELECT max(h.id) FROM intelligence.feed_held_back h WHERE h.feed = r.feed)`,
  }),
  deletedByTime({ table: 'intelligence.epss_history', time: 'date' }),
];
