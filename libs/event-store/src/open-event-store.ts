import { createNotifier } from '@weir/postgres';
import type pg from 'pg';
import { APPENDED_CHANNEL, createAppendListener } from './append-listener.js';
import { checkCatalog, type EventCatalog } from './event-catalog.js';
import type { EventStore } from './event-store.js';
import { createFreshEvents } from './fresh-events.js';
import { followShards } from './follow-shards.js';
import { toLogFault } from './to-log-fault.js';
import { putEvidence } from './put-evidence.js';
import { readEvents } from './read-events.js';
import { readAllEvidence, readEvidence } from './read-evidence.js';
import { readHeads } from './shard-heads.js';
import { openShardWriter } from './shard-writer.js';
import { createUnknownEvents } from './unknown-event.js';

export interface EventStoreOptions {
  /** The clock that `recordedAt` is read from; the machine's by default. */
  readonly now?: () => Date;
}

/**
 * The decision log in the database of `pool`, whose role is weir_service or has its rights on schema `log`; `catalog` is
 * what this process knows of events. The pool stays the caller's: listen to its `error` event and end it after the last
 * use. While there are followers, one connection of it is held to listen for appends, so that it needs at least two.
 */
export const openEventStore = (
  pool: pg.Pool,
  catalog: EventCatalog,
  { now = () => new Date() }: EventStoreOptions = {},
): EventStore => {
  checkCatalog(catalog);
  const unknown = createUnknownEvents();
  const ports = {
    pool,
    catalog,
    now,
    unknown,
    appended: createNotifier(pool, APPENDED_CHANNEL),
    listener: createAppendListener(pool),
    fresh: createFreshEvents(),
  };
  const faultsNoted = <T>(work: Promise<T>): Promise<T> =>
    work.catch((fault: unknown) => {
      unknown.note(fault);
      throw toLogFault(fault);
    });
  return {
    openShard: (shard) => faultsNoted(openShardWriter(ports, shard)),
    read: (shard, { position, limit }) => faultsNoted(readEvents(ports, shard, position, limit)),
    shards: () => faultsNoted(readHeads(pool)),
    follow: (options) => faultsNoted(followShards(ports, options)),
    unknownEvents: (shards) => unknown.of(shards),
    putEvidence: (evidence, client) => faultsNoted(putEvidence(client ?? pool, evidence)),
    evidence: (digest) => faultsNoted(readEvidence(pool, digest)),
    allEvidence: (digests) => faultsNoted(readAllEvidence(pool, digests)),
  };
};
