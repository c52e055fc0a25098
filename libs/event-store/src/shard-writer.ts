import type pg from 'pg';
import type { Notifier } from '@weir/postgres';
import { appendBatch } from './append-batch.js';
import type { EventCatalog } from './event-catalog.js';
import { checkShardName } from './event-id.js';
import type { AppendBatch, ShardWriter } from './event-store.js';
import type { StoredEvent } from './event.js';
import type { FreshEvents } from './fresh-events.js';
import { toLogFault } from './to-log-fault.js';
import { refuseUnknownEnd } from './refuse-unknown-end.js';
import { ensureHead } from './shard-heads.js';
import { ShardFenced } from './shard-fenced.js';
import type { UnknownEvents } from './unknown-event.js';

export interface WriterPorts {
  readonly pool: pg.Pool;
  readonly catalog: EventCatalog;
  readonly now: () => Date;
  readonly unknown: UnknownEvents;
  /** Told each shard that has new events. */
  readonly appended: Notifier;
  /** Keeps what is committed. */
  readonly fresh: FreshEvents;
}

/** Opens a shard for writing from where its head stands now. @throws UnknownEvent when a newer Weir wrote there of late. */
export const openShardWriter = async (ports: WriterPorts, shard: string): Promise<ShardWriter> => {
  checkShardName(shard);
  ports.unknown.refuse(shard);
  let head = await ensureHead(ports.pool, shard);
  await refuseUnknownEnd(ports, head);
  let fenced = false;
  let queue: Promise<unknown> = Promise.resolve();

  const append = async (batch: AppendBatch): Promise<readonly StoredEvent[]> => {
    if (fenced) throw new ShardFenced(shard);
    try {
      const appended = await appendBatch(ports, head, batch, ports.now().toISOString());
      head = appended.head;
      ports.fresh.keep(appended.events);
      if (appended.events.length > 0) ports.appended.tell(shard);
      return appended.events;
    } catch (fault) {
      fenced = fault instanceof ShardFenced;
      throw toLogFault(fault);
    }
  };

  return {
    shard,
    head: () => head,
    append: (batch) => {
      const appended = queue.then(() => append(batch));
      queue = appended.catch(() => undefined);
      return appended;
    },
  };
};
