import { isTransient, Retryable, type Logger } from '@weir/telemetry';
import type { EventStore, ShardWriter } from './event-store.js';
import { ShardFenced } from './shard-fenced.js';

/**
 * The one place of a process that writes a shard: what asks to write waits its turn. Invariant: whatever a task read is
 * still true when its append succeeds, as long as those tables move only together with the head that the append compares.
 */
export interface ShardDesk {
  readonly shard: string;
  /**
   * Runs `task` alone, with the current writer. After any fault the shard is opened again for the next task, because the
   * fault may have come after the commit.
   * @throws Retryable when another process wrote the shard or PostgreSQL cannot be reached; else what `task` throws.
   */
  take<T>(task: (writer: ShardWriter) => Promise<T>): Promise<T>;
}

/** Opens `shard` for this process. @throws LogUnavailable (a Retryable) when PostgreSQL cannot be reached. */
export const openShardDesk = async (store: EventStore, shard: string, logger: Logger): Promise<ShardDesk> => {
  let writer: ShardWriter | null = await store.openShard(shard);
  let last: Promise<unknown> = Promise.resolve();
  const run = async <T>(task: (writer: ShardWriter) => Promise<T>): Promise<T> => {
    try {
      writer ??= await store.openShard(shard);
      return await task(writer);
    } catch (fault) {
      writer = null;
      logger.warn({ shard, err: fault }, 'a shard is opened again after a fault');
      throw asRetryable(shard, fault);
    }
  };
  return {
    shard,
    take: (task) => {
      const turn = last.then(() => run(task));
      last = turn.catch(() => undefined);
      return turn;
    },
  };
};

const asRetryable = (shard: string, fault: unknown): unknown => {
  if (fault instanceof ShardFenced) return new Retryable(`Shard ${shard} has another writer`, { cause: fault });
  return isTransient(fault) && !(fault instanceof Retryable) ? new Retryable('PostgreSQL cannot be reached', { cause: fault }) : fault;
};
