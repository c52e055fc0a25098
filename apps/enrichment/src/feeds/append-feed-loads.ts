import type { FeedLoaded } from '@weir/domain';
import type { NewEvent, ShardQueue } from '@weir/event-store';
import type pg from 'pg';

/** What the shard's head calls the table of loads; its offset is the id of the next load to append. */
const LOADS = 'intelligence.feed_load';
const MOST_TOGETHER = 500;

interface Load extends Omit<FeedLoaded['data'], 'content' | 'loadedAt'> {
  readonly id: number;
  readonly digest: string | null;
  readonly loadedAt: Date;
  readonly traceparent: string | null;
}

const NEXT = `
  SELECT id::float8 AS id, feed, revision, source, digest, as_of AS "asOf", loaded_at AS "loadedAt",
         records, added, changed, removed, skipped, foreign_records AS "foreign", coalesce(ecosystems, '{}') AS ecosystems, traceparent
    FROM intelligence.feed_load WHERE id >= $1 ORDER BY id LIMIT ${MOST_TOGETHER}`;

/**
 * Appends the loads that the log does not have yet; answers how many. Invariant: events and how far the table was read
 * are one commit in the shard's head, so each load is one event, whichever process appends it and whenever it dies.
 * Loads become visible in the order of their ids: each takes its id while it holds the feeds alone (`closeFeeds`).
 * @throws Retryable when another process was first.
 */
export const appendFeedLoads = (queue: ShardQueue, pool: Pick<pg.Pool, 'query'>): Promise<number> =>
  queue.withWriter(async (writer) => {
    const { rows } = await pool.query<Load>(NEXT, [writer.head().sources[LOADS] ?? 0]);
    const last = rows.at(-1);
    if (last === undefined) return 0;
    await writer.append({ events: rows.map(eventOf), sources: { [LOADS]: last.id + 1 } });
    return rows.length;
  });

const eventOf = ({ id: _, digest, loadedAt, traceparent, ...load }: Load): NewEvent => {
  const event: FeedLoaded = {
    type: 'FeedLoaded',
    version: 2,
    data: dataOf({ ...load, content: digest, loadedAt: loadedAt.toISOString() }),
  };
  return {
    ...event,
    subject: load.feed,
    occurredAt: event.data.loadedAt,
    metadata: traceparent === null ? {} : { traceparent },
  };
};

/** In the order in which the event names its members. */
const dataOf = ({
  feed,
  revision,
  source,
  content,
  asOf,
  loadedAt,
  ...counts
}: FeedLoaded['data']): FeedLoaded['data'] => {
  const { records, added, changed, removed, skipped, foreign, ecosystems } = counts;
  const file = { feed, revision, source, content, asOf, loadedAt };
  return { ...file, records, added, changed, removed, skipped, foreign, ecosystems };
};
