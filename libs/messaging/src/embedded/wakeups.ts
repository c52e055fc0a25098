import { createBell, keepGoing, listen, type Logger } from '@weir/postgres';
import type pg from 'pg';

const POLL_MILLISECONDS = 250;

/** Tells the loops of the partitions when there may be something new. */
export interface Wakeups {
  /** How often `partition` was woken so far. */
  mark(partition: number): number;
  /** Resolves when `partition` was woken since `mark`, after `milliseconds`, or when `signal` aborts. */
  wait(partition: number, mark: number, signal: AbortSignal, milliseconds?: number): Promise<unknown>;
  close(): Promise<void>;
}

export interface WakeupOptions {
  readonly pool: pg.Pool;
  readonly partitions: number;
  /** The next offset of every topic and partition, in one query. */
  readonly readHeads: () => Promise<readonly { readonly partition: number; readonly head: string }[]>;
  readonly logger: Logger;
}

/**
 * One LISTEN connection for all loops of this process, and one query every 250 ms for what it may miss: while it is
 * being opened again, or behind a proxy that drops notifications.
 */
export const openWakeups = ({ pool, partitions, readHeads, logger }: WakeupOptions): Wakeups => {
  const bells = Array.from({ length: partitions }, createBell);
  const stop = new AbortController();
  const { signal } = stop;
  const heard = (payload: string | null): void => {
    for (const partition of payload?.split(',') ?? bells.keys()) bells[Number(partition)]?.ring();
  };
  const listening = listen({ pool, channel: 'weir_topic', heard, logger, signal });
  const seen = new Map<number, string>();
  const look = async (): Promise<void> => {
    for (const { partition, head } of await readHeads()) {
      if (seen.get(partition) !== head) bells[partition]?.ring();
      seen.set(partition, head);
    }
  };
  // Unreachable topics show where messages are read; here it is enough to look again.
  const polling = keepGoing({
    what: 'look for new messages',
    work: look,
    pause: () => POLL_MILLISECONDS,
    logger: null,
    signal,
  });
  return {
    mark: (partition) => bells[partition]?.mark() ?? 0,
    wait: async (partition, ...since) => bells[partition]?.wait(...since),
    close: async () => {
      stop.abort();
      await Promise.all([listening, polling]);
    },
  };
};
