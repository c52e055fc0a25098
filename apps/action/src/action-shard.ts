import { ShardFenced, type EventStore, type ShardWriter } from '@weir/event-store';
import { isTransient, Retryable, type Logger } from '@weir/telemetry';

/** The one place of this process that writes a shard of effects. */
export interface ActionShard {
  readonly name: string;
  /**
   * Runs `task` alone with the current writer. Invariant: whatever it read is still true when its append succeeds,
   * because tables move only together with the head that the append compares.
   * @throws Retryable when another process wrote the shard or PostgreSQL cannot be reached; the shard is opened again.
   */
  take<T>(task: (writer: ShardWriter) => Promise<T>): Promise<T>;
}

export const openActionShard = async (store: EventStore, name: string, logger: Logger): Promise<ActionShard> => {
  let writer: ShardWriter | null = await store.openShard(name);
  let last: Promise<unknown> = Promise.resolve();
  const run = async <T>(task: (writer: ShardWriter) => Promise<T>): Promise<T> => {
    try {
      writer ??= await store.openShard(name);
      return await task(writer);
    } catch (fault) {
      writer = null;
      logger.warn({ shard: name, err: fault }, 'a shard of effects is opened again after a fault');
      throw fault instanceof ShardFenced ? new Retryable(`Shard ${name} has another writer`, { cause: fault }) : asRetryable(fault);
    }
  };
  return {
    name,
    take: (task) => {
      const turn = last.then(() => run(task));
      last = turn.catch(() => undefined);
      return turn;
    },
  };
};

const asRetryable = (fault: unknown): unknown =>
  isTransient(fault) && !(fault instanceof Retryable) ? new Retryable('PostgreSQL cannot be reached', { cause: fault }) : fault;
