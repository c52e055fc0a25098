import type { EventStore } from '@weir/event-store';
import { TOPICS } from '@weir/contracts';
import type { Topics } from '@weir/messaging';
import { Retryable, sleepUnless } from '@weir/postgres';
import { ATTRIBUTES, SERVICES, SPANS, traceBatch } from '@weir/service';
import type pg from 'pg';
import { decisionMessage } from './decision-message.js';
import { noteRelayed, readRelay, settleRelay, type RelayPosition } from './relay-position.js';

export interface RelayPorts {
  readonly pool: pg.Pool;
  readonly store: EventStore;
  readonly topics: Topics;
}

const LOOK_EVERY_MS = 5_000;

/**
 * Publishes a shard's decisions in order, from the log and never beside it, as the text that is stored: what a reader's
 * upcasters make of it does not leave. A crash between publishing and noting how far repeats the last messages;
 * consumers drop repeats by comparing (shard, position).
 * @throws PositionLost when the topic is another one than that it published to.
 */
export const relayShard = async (ports: RelayPorts, shard: string, signal: AbortSignal): Promise<void> => {
  const position = await settleRelay({ ...ports, shard });
  const over = new AbortController();
  const watching = watch(ports, shard, position, over.signal, signal);
  try {
    const moved = watching.then(() => over.abort());
    await ports.store.follow({
      shard,
      signal: AbortSignal.any([signal, over.signal]),
      from: async () => position.next,
      handle: async (events) => {
        // A judgement that was confirmed asks nobody for anything.
        const decisions = events.filter(({ type }) => type === 'DecisionRecorded');
        const traceparents = decisions.map(({ metadata }) => metadata?.traceparent ?? null);
        await traceBatch(
          { service: SERVICES.evaluation, messageSpan: SPANS.relay, attributes: { [ATTRIBUTES.shard]: shard } },
          traceparents,
          (own) => ports.topics.publish(decisions.map((event, i) => decisionMessage(event, own[i] ?? null))),
        );
        await noteRelayed(ports.pool, shard, { ...position, next: (events.at(-1)?.position ?? -1) + 1 });
      },
    });
    over.abort();
    await moved;
  } finally {
    over.abort();
  }
  if (!signal.aborted) throw new Retryable(`The decisions of ${shard} are published from another position now`);
};

/** Resolves when the relay must look where it stands: the topic is another one, or a person let it begin elsewhere. */
const watch = async (
  { pool, topics }: RelayPorts,
  shard: string,
  { incarnation, rewinds }: RelayPosition,
  over: AbortSignal,
  signal: AbortSignal,
): Promise<void> => {
  const until = AbortSignal.any([over, signal]);
  while (!until.aborted) {
    await sleepUnless(until, LOOK_EVERY_MS);
    if (until.aborted) return;
    // What cannot be asked now is asked again; publishing and noting say by themselves that they cannot.
    const isSame = await Promise.all([topics.incarnation(TOPICS.decisions), readRelay(pool, shard)]).then(
      ([now, row]) => now === incarnation && (row?.rewinds ?? 0) === rewinds,
      () => true,
    );
    if (!isSame) return;
  }
};
