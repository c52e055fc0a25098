import type { EventStore } from '@weir/event-store';
import type { Topics } from '@weir/messaging';
import { ATTRIBUTES, SERVICES, SPANS, traceBatch } from '@weir/service';
import type pg from 'pg';
import { decisionMessage } from './decision-message.js';

export interface RelayPorts {
  readonly pool: pg.Pool;
  readonly store: EventStore;
  readonly topics: Topics;
}

/**
 * Publishes a shard's decisions in order, from the log and never beside it, as the text that is stored: what a reader's
 * upcasters make of it does not leave. A crash between publishing and noting how far repeats the last messages;
 * consumers drop repeats by comparing (shard, position).
 */
export const relayShard = (ports: RelayPorts, shard: string, signal: AbortSignal): Promise<void> =>
  ports.store.follow({
    shard,
    signal,
    from: async () => {
      const { rows } = await ports.pool.query<{ next: number }>(
        'SELECT next_position::float8 AS next FROM evaluation.relay WHERE shard = $1',
        [shard],
      );
      return rows[0]?.next ?? 0;
    },
    handle: async (events) => {
      // A judgement that was confirmed asks nobody for anything.
      const decisions = events.filter(({ type }) => type === 'DecisionRecorded');
      const traceparents = decisions.map(({ metadata }) => metadata?.traceparent ?? null);
      await traceBatch(
        { service: SERVICES.evaluation, messageSpan: SPANS.relay, attributes: { [ATTRIBUTES.shard]: shard } },
        traceparents,
        (own) => ports.topics.publish(decisions.map((event, i) => decisionMessage(event, own[i] ?? null))),
      );
      await noteRelayed(ports.pool, shard, (events.at(-1)?.position ?? -1) + 1);
    },
  });

/** It waits for no disk: what is told behind a position that a crash of PostgreSQL took back is told once more. */
export const noteRelayed = async (pool: pg.Pool, shard: string, next: number): Promise<void> => {
  await pool.query(
    `INSERT INTO evaluation.relay (shard, next_position)
     SELECT $1, $2::bigint FROM (SELECT set_config('synchronous_commit', 'off', true)) AS soon
     ON CONFLICT (shard) DO UPDATE SET next_position = greatest(evaluation.relay.next_position, excluded.next_position)`,
    [shard, next],
  );
};
