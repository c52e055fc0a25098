import { listen } from '@weir/postgres';
import type pg from 'pg';

/** The channel that names each shard appended to. */
export const APPENDED_CHANNEL = 'log_appended';

/** Calls back when something was appended; may miss or repeat, so that followers poll as well. */
export interface AppendListener {
  /** Returns how to stop. `wake` is called for the shards that `concerns`. */
  subscribe(concerns: (shard: string) => boolean, wake: () => void): () => void;
}

interface Follower {
  readonly concerns: (shard: string) => boolean;
  readonly wake: () => void;
}

/** One LISTEN connection for all followers of a store, held only while there are any. */
export const createAppendListener = (pool: pg.Pool): AppendListener => {
  const followers = new Set<Follower>();
  let stop: AbortController | null = null;
  const heard = (shard: string | null): void =>
    followers.forEach(({ concerns, wake }) => {
      if (shard === null || concerns(shard)) wake();
    });
  const start = (): AbortController => {
    const started = new AbortController();
    // Polling covers the time without a connection; what broke it shows where the log is read.
    void listen({ pool, channel: APPENDED_CHANNEL, heard, logger: null, signal: started.signal });
    return started;
  };
  return {
    subscribe: (concerns, wake) => {
      const follower = { concerns, wake };
      followers.add(follower);
      stop ??= start();
      return () => {
        followers.delete(follower);
        if (followers.size > 0) return;
        stop?.abort();
        stop = null;
      };
    },
  };
};
