import type pg from 'pg';
import { createAppendListener } from './append-listener.js';
import type { EventStore } from './event-store.js';
import { createFreshEvents } from './fresh-events.js';
import { followShards } from './follow-shards.js';
import { toLogFault } from './to-log-fault.js';
import { putEvidence } from './put-evidence.js';
import { readEvents } from './read-events.js';
import { readAllEvidence, readEvidence } from './read-evidence.js';
import { readHeads } from './shard-heads.js';
import { openShardWriter } from './shard-writer.js';

export interface EventStoreOptions {
  /** The clock that `recordedAt` is read from; the machine's by default. */
  readonly now?: () => Date;
}

/**
 * The decision log in the database of `pool`, whose role is weir_service or has its rights on schema `log`.
 * The pool stays the caller's: listen to its `error` event and end it after the last use. While there are followers,
 * one connection of it is held to listen for appends, so that it needs at least two.
 */
export const openEventStore = (pool: pg.Pool, { now = () => new Date() }: EventStoreOptions = {}): EventStore => {
  const listener = createAppendListener(pool);
  const fresh = createFreshEvents();
  return {
    openShard: (shard) => reachable(openShardWriter(pool, shard, now, fresh)),
    read: (shard, { position, limit }) => reachable(readEvents(pool, shard, position, limit)),
    shards: () => reachable(readHeads(pool)),
    follow: (options) => followShards({ pool, listener, fresh }, options),
    putEvidence: (evidence, client) => reachable(putEvidence(client ?? pool, evidence)),
    evidence: (digest) => reachable(readEvidence(pool, digest)),
    allEvidence: (digests) => reachable(readAllEvidence(pool, digests)),
  };
};

const reachable = <T>(work: Promise<T>): Promise<T> =>
  work.catch((fault: unknown) => {
    throw toLogFault(fault);
  });
