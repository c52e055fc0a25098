import { randomUUID } from 'node:crypto';
import { createBell, createNotifier, keepGoing, listen, type Bell, type Logger } from '@weir/postgres';
import type pg from 'pg';

const CHANNEL = 'weir_topic';
const POLL_MILLISECONDS = 250;

/** One partition of one topic. */
export interface Place {
  readonly topic: string;
  readonly partition: number;
}

/** Tells the loops of the partitions when there may be something new. */
export interface Wakeups {
  /** A bell that rings when there may be something new in `partition` of one of the topics, until it is forgotten. */
  bellOf(topics: readonly string[], partition: number): { readonly bell: Bell; readonly forget: () => void };
  /** Something new is committed: rings in this process and tells the others. */
  published(places: readonly Place[]): void;
  close(): Promise<void>;
}

export interface WakeupOptions {
  readonly pool: pg.Pool;
  /** The next offset of every topic and partition, in one query. */
  readonly readHeads: () => Promise<readonly { readonly partition: number; readonly head: string }[]>;
  readonly logger: Logger;
}

/**
 * One LISTEN connection for all loops of this process, and one query every 250 ms for what it may miss: while it is
 * being opened again, or behind a proxy that drops notifications. What this process publishes rings without either.
 */
export const openWakeups = ({ pool, readHeads, logger }: WakeupOptions): Wakeups => {
  const listeners = new Set<{ readonly bell: Bell; readonly topics: readonly string[]; readonly partition: number }>();
  const stop = new AbortController();
  const { signal } = stop;
  const self = randomUUID();
  const notifier = createNotifier(pool, CHANNEL);
  const ring = (partition: number | null, topic: string | null): void =>
    listeners.forEach((one) => {
      const concerns =
        (partition === null || one.partition === partition) && (topic === null || one.topics.includes(topic));
      if (concerns) one.bell.ring();
    });
  const heard = (payload: string | null): void => {
    const [from, partition, topic] = payload?.split(' ') ?? [];
    if (from !== self) ring(partition === undefined ? null : Number(partition), topic ?? null);
  };
  const listening = listen({ pool, channel: CHANNEL, heard, logger, signal });
  const polling = keepLooking(readHeads, (partition) => ring(partition, null), signal);
  return {
    bellOf: (topics, partition) => {
      const listener = { bell: createBell(), topics, partition };
      listeners.add(listener);
      return { bell: listener.bell, forget: () => void listeners.delete(listener) };
    },
    published: (places) => {
      for (const { topic, partition } of places) {
        ring(partition, topic);
        notifier.tell(`${self} ${partition} ${topic}`);
      }
    },
    close: async () => {
      stop.abort();
      await Promise.all([listening, polling]);
    },
  };
};

/** Unreachable topics show where messages are read; here it is enough to look again. */
const keepLooking = (
  readHeads: WakeupOptions['readHeads'],
  ring: (partition: number) => void,
  signal: AbortSignal,
): Promise<void> => {
  const seen = new Map<number, string>();
  const look = async (): Promise<void> => {
    for (const { partition, head } of await readHeads()) {
      if (seen.get(partition) !== head) ring(partition);
      seen.set(partition, head);
    }
  };
  return keepGoing({
    what: 'look for new messages',
    work: look,
    pause: () => POLL_MILLISECONDS,
    logger: null,
    signal,
  });
};
