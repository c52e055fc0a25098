import { type EventStore, type ShardWriter } from '@weir/event-store';
import type { Logger } from '@weir/telemetry';

/**
 * The one place of this process that writes a shard: what asks to write waits its turn. After any fault the shard is
 * opened again, because the fault may have come after the commit; the next task then sees the true head.
 */
export interface ShardDesk {
  readonly shard: string;
  /** Runs `task` alone, with the current writer. */
  take<T>(task: (writer: ShardWriter) => Promise<T>): Promise<T>;
}

export const openShardDesk = async (store: EventStore, shard: string, logger: Logger): Promise<ShardDesk> => {
  let writer: ShardWriter | null = await store.openShard(shard);
  let last: Promise<unknown> = Promise.resolve();
  const run = async <T>(task: (writer: ShardWriter) => Promise<T>): Promise<T> => {
    writer ??= await store.openShard(shard);
    try {
      return await task(writer);
    } catch (fault) {
      logger.warn({ shard, err: fault }, 'A shard is opened again after a fault');
      writer = null;
      throw fault;
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
