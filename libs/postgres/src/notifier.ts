import type pg from 'pg';

/** Tells those who listen to a channel what is committed already. */
export interface Notifier {
  /** Returns at once; what is told several times before it went out goes out once. */
  tell(payload: string): void;
}

/**
 * One telling is under way at a time. What cannot be told is lost, as with any notification: who must not miss anything
 * looks now and then as well.
 *
 * Invariant: a notification has a transaction of its own, which writes nothing and waits for no disk. PostgreSQL holds one
 * lock of the whole cluster from before the commit of a transaction that notifies until its WAL is on disk: whoever
 * notifies with what they write commits one after the other (docs/adr/0189).
 */
export const createNotifier = (pool: pg.Pool, channel: string): Notifier => {
  const waiting = new Set<string>();
  let telling = false;
  const tellAll = async (): Promise<void> => {
    telling = true;
    while (waiting.size > 0) {
      const payloads = [...waiting];
      waiting.clear();
      await pool.query({ name: 'notify', text: NOTIFY, values: [channel, payloads] }).catch(() => undefined);
    }
    telling = false;
  };
  return {
    tell: (payload) => {
      waiting.add(payload);
      if (!telling) void tellAll();
    },
  };
};

const NOTIFY = `SELECT set_config('synchronous_commit', 'off', true), pg_notify($1, payload) FROM unnest($2::text[]) AS p (payload)`;
