import { listen } from '@weir/postgres';
import type pg from 'pg';
import { APPENDED_CHANNEL } from './append-batch.js';

/** Calls back when something was appended; may miss or repeat, so that followers poll as well. */
export interface AppendListener {
  /** Returns how to stop. */
  subscribe(wake: () => void): () => void;
}

/** One LISTEN connection for all followers of a store, held only while there are any. */
export const createAppendListener = (pool: pg.Pool): AppendListener => {
  const wakes = new Set<() => void>();
  let stop: AbortController | null = null;
  const heard = (): void => wakes.forEach((wake) => wake());
  const start = (): AbortController => {
    const started = new AbortController();
    // Polling covers the time without a connection; what broke it shows where the log is read.
    void listen({ pool, channel: APPENDED_CHANNEL, heard, logger: null, signal: started.signal });
    return started;
  };
  return {
    subscribe: (wake) => {
      wakes.add(wake);
      stop ??= start();
      return () => {
        wakes.delete(wake);
        if (wakes.size > 0) return;
        stop?.abort();
        stop = null;
      };
    },
  };
};
