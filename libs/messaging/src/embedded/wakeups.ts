import { createBell, type Logger } from '@weir/postgres';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';

const POLL_MILLISECONDS = 250;

/** Tells the loops of the partitions when there may be something new. */
export interface Wakeups {
  /** How often `partition` was woken so far. */
  mark(partition: number): number;
  /** Resolves when `partition` was woken since `mark`, or `signal` aborts. */
  wait(partition: number, mark: number, signal: AbortSignal): Promise<void>;
  close(): Promise<void>;
}

export interface WakeupOptions {
  readonly databaseUrl: string;
  readonly partitions: number;
  /** The next offset of every topic and partition, in one query. */
  readonly readHeads: () => Promise<readonly { readonly partition: number; readonly head: string }[]>;
  readonly logger: Logger;
}

/**
 * One LISTEN connection for all loops of this process, and one query every 250 ms for what it may miss: while it is
 * being opened again, or behind a proxy that drops notifications.
 */
export const openWakeups = (options: WakeupOptions): Wakeups => {
  const bells = Array.from({ length: options.partitions }, createBell);
  const ring = (partition: number): void => bells[partition]?.ring();
  const stop = new AbortController();
  const listening = listenAgainAndAgain(options, ring, stop.signal);
  const polling = poll(options, ring, stop.signal);
  return {
    mark: (partition) => bells[partition]?.mark() ?? 0,
    wait: async (partition, mark, signal) => bells[partition]?.wait(mark, signal),
    close: async () => {
      stop.abort();
      await Promise.all([listening, polling]);
    },
  };
};

const poll = async ({ readHeads }: WakeupOptions, ring: (partition: number) => void, signal: AbortSignal): Promise<void> => {
  const seen = new Map<number, string>();
  while (!signal.aborted) {
    // Unreachable topics show where messages are read; here it is enough to look again.
    const heads = await readHeads().catch(() => []);
    for (const { partition, head } of heads) {
      if (seen.get(partition) === head) continue;
      seen.set(partition, head);
      ring(partition);
    }
    await sleep(POLL_MILLISECONDS, undefined, { signal }).catch(() => undefined);
  }
};

const listenAgainAndAgain = async (options: WakeupOptions, ring: (partition: number) => void, signal: AbortSignal): Promise<void> => {
  while (!signal.aborted) {
    await listen(options, ring, signal).catch((fault: unknown) => {
      if (!signal.aborted) options.logger.warn({ err: fault }, 'the topic listener lost its connection; polling meanwhile');
    });
    await sleep(POLL_MILLISECONDS, undefined, { signal }).catch(() => undefined);
  }
};

const listen = async ({ databaseUrl, partitions }: WakeupOptions, ring: (partition: number) => void, signal: AbortSignal): Promise<void> => {
  const client = new pg.Client({ connectionString: databaseUrl, keepAlive: true, application_name: 'weir topic listener' });
  let end: () => void = () => undefined;
  const ended = new Promise<void>((resolve, reject) => {
    end = resolve;
    client.on('error', reject).on('end', resolve);
  });
  ended.catch(() => undefined);
  signal.addEventListener('abort', end, { once: true });
  try {
    client.on('notification', ({ payload }) => {
      for (const partition of (payload ?? '').split(',')) ring(Number(partition));
    });
    await client.connect();
    await client.query('LISTEN weir_topic');
    for (let partition = 0; partition < partitions; partition += 1) ring(partition);
    if (!signal.aborted) await ended;
  } finally {
    signal.removeEventListener('abort', end);
    await client.end().catch(() => undefined);
  }
};
