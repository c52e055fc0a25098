import type pg from 'pg';
import { APPENDED_CHANNEL } from './append-batch.js';

const RECONNECT_AFTER = 1_000;

/** Calls back when something was appended; may miss or repeat, so that followers poll as well. */
export interface AppendListener {
  /** Returns how to stop. */
  subscribe(wake: () => void): () => void;
}

/** One LISTEN connection for all followers of a store, held only while there are any. */
export const createAppendListener = (pool: pg.Pool): AppendListener => {
  const wakes = new Set<() => void>();
  let connection: Promise<void> | null = null;
  let disconnect: () => void = () => undefined;

  const connect = async (): Promise<void> => {
    const client = await pool.connect();
    const ended = new Promise<void>((resolve) => {
      disconnect = resolve;
      client.on('error', () => resolve()).on('end', () => resolve());
    });
    client.on('notification', () => wakeAll());
    try {
      await client.query(`LISTEN ${APPENDED_CHANNEL}`);
      wakeAll();
      if (wakes.size > 0) await ended;
    } finally {
      client.release(true);
    }
  };
  const wakeAll = (): void => wakes.forEach((wake) => wake());
  const keepConnected = async (): Promise<void> => {
    while (wakes.size > 0) {
      // Polling covers the time without a connection; what broke it shows where the log is read.
      await connect().catch(() => undefined);
      if (wakes.size > 0) await new Promise((resolve) => setTimeout(resolve, RECONNECT_AFTER).unref());
    }
    connection = null;
  };

  return {
    subscribe: (wake) => {
      wakes.add(wake);
      connection ??= keepConnected();
      return () => {
        wakes.delete(wake);
        if (wakes.size === 0) disconnect();
      };
    },
  };
};
