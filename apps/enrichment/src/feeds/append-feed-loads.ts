import type { FeedAccepted, FeedEvent, FeedHeldBack, FeedLoaded } from '@weir/domain';
import type { NewEvent, ShardQueue } from '@weir/event-store';
import type pg from 'pg';
import { withoutSecrets } from './without-secrets.js';

/** What the shard's head calls the tables of loads and of files that are held back; its offset is the next id of either. */
const LOADS = 'intelligence.feed_load';
const MOST_TOGETHER = 500;

interface Row extends Omit<FeedLoaded['data'], 'content' | 'loadedAt'> {
  readonly id: number;
  readonly digest: string | null;
  readonly loadedAt: Date;
  readonly traceparent: string | null;
  readonly decided: 'accepted' | 'replaced' | null;
  readonly by: string | null;
  readonly because: string | null;
  readonly decidedAt: Date | null;
  readonly heldBack: Pick<FeedHeldBack['data'], 'absent' | 'lowered' | 'reason'> | null;
}

const NEXT = `
  SELECT id::float8 AS id, feed, revision, source, digest, as_of AS "asOf", loaded_at AS "loadedAt",
         records, added, changed, removed, skipped, foreign_records AS "foreign", coalesce(ecosystems, '{}') AS ecosystems, traceparent, decided, decided_by AS "by", because,
         decided_at AS "decidedAt", NULL::json AS "heldBack"
    FROM intelligence.feed_load WHERE id >= $1
   UNION ALL
  SELECT id::float8, feed, revision, source, digest, as_of, held_at, records, added, changed, removed, skipped, NULL, '{}', traceparent,
         NULL, NULL, NULL, NULL, json_build_object('absent', absent, 'lowered', lowered, 'reason', reason)
    FROM intelligence.feed_held_back WHERE id >= $1
   ORDER BY id LIMIT ${MOST_TOGETHER}`;

/**
 * Appends the loads and files held back that the log does not have yet; answers how many. Invariant: events and how far
 * the tables were read are one commit in the shard's head, so each is one event, whichever process appends it and whenever
 * it dies. They become visible in the order of their ids: each takes its id while it holds the feeds alone (`closeFeeds`).
 * @throws Retryable when another process was first.
 */
export const appendFeedLoads = (queue: ShardQueue, pool: Pick<pg.Pool, 'query'>): Promise<number> =>
  queue.withWriter(async (writer) => {
    const { rows } = await pool.query<Row>(NEXT, [writer.head().sources[LOADS] ?? 0]);
    const last = rows.at(-1);
    if (last === undefined) return 0;
    await writer.append({ events: rows.map(newEventOf), sources: { [LOADS]: last.id + 1 } });
    return rows.length;
  });

const newEventOf = (row: Row): NewEvent => {
  const event = eventOf(row);
  return {
    ...event,
    subject: row.feed,
    occurredAt: 'decidedAt' in event.data ? event.data.decidedAt : event.data.loadedAt,
    metadata: row.traceparent === null ? {} : { traceparent: row.traceparent },
  };
};

const eventOf = (row: Row): FeedEvent => {
  const data = dataOf(row);
  if (row.heldBack !== null) return heldBackEvent(data, row.heldBack);
  switch (row.decided) {
    case null:
      return { type: 'FeedLoaded', version: 2, data };
    case 'accepted':
      return { type: 'FeedAccepted', version: 1, data: { ...data, ...decisionOf(row) } };
    case 'replaced':
      return { type: 'FeedReplaced', version: 1, data: { ...data, ...decisionOf(row) } };
    default: {
      const unknown: never = row.decided;
      throw new Error(`No event for a load that was ${String(unknown)}`);
    }
  }
};

const heldBackEvent = (
  { foreign: _, ecosystems: __, ...data }: FeedLoaded['data'],
  heldBack: NonNullable<Row['heldBack']>,
): FeedHeldBack => ({ type: 'FeedHeldBack', version: 1, data: { ...data, ...heldBack } });

const decisionOf = ({
  by,
  because,
  decidedAt,
  loadedAt,
}: Row): Pick<FeedAccepted['data'], 'by' | 'because' | 'decidedAt'> => ({
  by: by ?? '',
  because: because ?? '',
  decidedAt: (decidedAt ?? loadedAt).toISOString(),
});

/** In the order in which the event names its members. */
const dataOf = ({ feed, revision, source, digest, asOf, loadedAt, ...counts }: Row): FeedLoaded['data'] => {
  const { records, added, changed, removed, skipped, foreign, ecosystems } = counts;
  const file = {
    feed,
    revision,
    source: withoutSecrets(source),
    content: digest,
    asOf,
    loadedAt: loadedAt.toISOString(),
  };
  return { ...file, records, added, changed, removed, skipped, foreign, ecosystems };
};
