import { type Logger, Retryable } from '@weir/postgres';
import type { EventStore, ShardWriter } from './event-store.js';
import { ShardFenced } from './shard-fenced.js';
import { toLogFault } from './to-log-fault.js';

/**
 * The one place of a process that writes a shard: what asks to write waits its turn. Invariant: whatever a task read is
 * still true when its append succeeds, as long as those tables move only together with the head that the append compares.
 */
export interface ShardQueue {
  readonly shard: string;
  /**
   * Runs `task` alone, with the current writer. After any fault the shard is opened again for the next task, because the
   * fault may have come after the commit.
   * @throws Retryable when another process wrote the shard or PostgreSQL cannot be reached; else what `task` throws.
   */
  withWriter<T>(task: (writer: ShardWriter) => Promise<T>, urgency?: Urgency): Promise<T>;
}

/** What can wait lets everything go first that waits already. 'next' unless told. */
export type Urgency = 'next' | 'whenIdle';

/** Opens `shard` for this process. @throws Retryable when PostgreSQL cannot be reached. */
export const openShardQueue = async (
  store: Pick<EventStore, 'openShard'>,
  shard: string,
  logger: Logger,
): Promise<ShardQueue> => {
  let writer: ShardWriter | null = await store.openShard(shard);
  const waiting: Readonly<Record<Urgency, (() => void)[]>> = { next: [], whenIdle: [] };
  let isTaken = false;
  const run = async <T>(task: (writer: ShardWriter) => Promise<T>): Promise<T> => {
    try {
      writer ??= await store.openShard(shard);
      return await task(writer);
    } catch (fault) {
      writer = null;
      logger.warn({ shard, err: fault }, 'a shard is opened again after a fault');
      throw toShardFault(shard, fault);
    }
  };
  return {
    shard,
    withWriter: async (task, urgency = 'next') => {
      if (isTaken) await new Promise<void>((resolve) => waiting[urgency].push(resolve));
      isTaken = true;
      try {
        return await run(task);
      } finally {
        // Invariant: the shard stays taken while it is handed on, so that nobody comes between.
        const next = waiting.next.shift() ?? waiting.whenIdle.shift();
        if (next) next();
        else isTaken = false;
      }
    },
  };
};

const toShardFault = (shard: string, fault: unknown): unknown =>
  fault instanceof ShardFenced
    ? new Retryable(`Shard ${shard} has another writer`, { cause: fault })
    : toLogFault(fault);
