import type pg from 'pg';
import { keepGoing } from './keep-going.js';
import type { Logger } from './logger.js';

export interface ListenOptions {
  /** One connection of it is held as long as somebody listens. */
  readonly pool: pg.Pool;
  readonly channel: string;
  /** Gets what a notification says; null when the connection is new, since some may have been missed before. */
  readonly heard: (payload: string | null) => void;
  /** Null where a lost connection shows elsewhere. */
  readonly logger: Logger | null;
  readonly signal: AbortSignal;
}

/**
 * Hears a channel until the signal aborts; a lost connection is opened again. Never rejects. Notifications may be
 * missed or repeated, and a proxy may drop them all: who must not miss anything looks now and then as well.
 */
export const listen = (options: ListenOptions): Promise<void> =>
  keepGoing({
    what: `listen to ${options.channel}`,
    work: (succeeded) => listenOnce(options, succeeded),
    logger: options.logger,
    signal: options.signal,
  });

const listenOnce = async ({ pool, channel, heard, signal }: ListenOptions, succeeded: () => void): Promise<void> => {
  const client = await pool.connect();
  const over = Promise.withResolvers<undefined>();
  const end = (): void => over.resolve(undefined);
  client.on('error', over.reject).on('end', end);
  over.promise.catch(() => undefined);
  signal.addEventListener('abort', end, { once: true });
  client.on('notification', ({ payload }) => heard(payload ?? ''));
  try {
    await client.query(`LISTEN ${channel}`);
    succeeded();
    heard(null);
    if (!signal.aborted) await over.promise;
  } finally {
    signal.removeEventListener('abort', end);
    client.release(true);
  }
};
