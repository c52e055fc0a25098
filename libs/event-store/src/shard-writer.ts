import type pg from 'pg';
import { appendBatch } from './append-batch.js';
import { checkShardName } from './event-id.js';
import type { AppendBatch, ShardWriter } from './event-store.js';
import type { StoredEvent } from './event.js';
import type { FreshEvents } from './fresh-events.js';
import { toLogFault } from './to-log-fault.js';
import { ensureHead } from './shard-heads.js';
import { ShardFenced } from './shard-fenced.js';

/** Opens a shard for writing from where its head stands now. What is committed is kept in `fresh` too. */
export const openShardWriter = async (pool: pg.Pool, shard: string, now: () => Date, fresh: FreshEvents): Promise<ShardWriter> => {
  checkShardName(shard);
  let head = await ensureHead(pool, shard);
  let fenced = false;
  let queue: Promise<unknown> = Promise.resolve();

  const append = async (batch: AppendBatch): Promise<readonly StoredEvent[]> => {
    if (fenced) throw new ShardFenced(shard);
    try {
      const appended = await appendBatch(pool, head, batch, now().toISOString());
      head = appended.head;
      fresh.keep(appended.events);
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
