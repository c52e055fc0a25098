import { emptyKeyBook, evolveKeyBook, KEY_SHARD, type KeyBook, type KeyEvent } from '@weir/domain';
import { keepGoing, type Logger } from '@weir/postgres';
import { countFault } from '../metrics/metrics.js';
import { environmentKeys, findInBook, type KeyRing } from './key-ring.js';
import type { KeyUse } from './key-use.js';

interface LoggedEvent {
  readonly type: string;
  readonly data: unknown;
}

/** The log, as far as keys are in it: an EventStore is one. */
export interface KeyLog {
  read(shard: string, after: { readonly position: number; readonly limit: number }): Promise<readonly LoggedEvent[]>;
  follow(options: {
    readonly shard: string;
    readonly from: () => Promise<number>;
    readonly handle: (events: readonly LoggedEvent[]) => Promise<void>;
    readonly signal: AbortSignal;
  }): Promise<void>;
}

export interface KeyRingPorts {
  readonly log: KeyLog;
  /** Keys of the variable API_KEYS. */
  readonly keys: readonly string[];
  /** Whether requests without a key are let in while there is none; else nobody is. */
  readonly mayBeOpen: boolean;
  readonly clock: () => Date;
  readonly logger: Logger;
  readonly use: KeyUse;
}

/** The keys of the environment and of the log, kept up with it. */
export interface FollowedKeys extends KeyRing {
  /** Resolves when the log was read once, or could not be. */
  readonly tried: Promise<void>;
  /** Whether there is any key, in force or not; null while the log was not read. */
  any(): boolean | null;
  close(): Promise<void>;
}

const READ_AT_ONCE = 500;

/**
 * Reads the keys of the log and follows them. Invariant: once a key was made, requests need one for good: to revoke the
 * last key opens no door. And while the log cannot be read to its end, for what it holds is of a newer Weir, nobody is
 * let in by what is old but by the keys of the environment.
 */
export const followKeys = ({ log, keys, mayBeOpen, clock, logger, use }: KeyRingPorts): FollowedKeys => {
  const stop = new AbortController();
  const tried = Promise.withResolvers<void>();
  const environment = environmentKeys(keys);
  let book: KeyBook = emptyKeyBook;
  let position = 0;
  let isRead = false;
  const fold = (events: readonly LoggedEvent[]): void => {
    book = events.reduce((folded, event) => evolveKeyBook(folded, event as KeyEvent), book);
    position += events.length;
  };
  const readAll = async (): Promise<void> => {
    let events = await log.read(KEY_SHARD, { position, limit: READ_AT_ONCE });
    while (events.length > 0) {
      fold(events);
      events = await log.read(KEY_SHARD, { position, limit: READ_AT_ONCE });
    }
    isRead = true;
  };
  const following = keepGoing({
    what: 'keys',
    logger,
    signal: stop.signal,
    work: async (succeeded) => {
      await readAll();
      succeeded();
      tried.resolve();
      await log.follow({
        shard: KEY_SHARD,
        from: async () => position,
        handle: async (events) => fold(events),
        signal: stop.signal,
      });
    },
    onFault: (fault, what) => {
      tried.resolve();
      countFault(fault, what);
    },
    onStandstill: () => {
      isRead = false;
    },
  });
  const any = (): boolean | null => {
    if (environment.state() === 'guarded' || book.size > 0) return true;
    return isRead ? false : null;
  };
  return {
    tried: tried.promise,
    any,
    state: () => {
      if (!isRead && environment.state() === 'open') return 'unread';
      return any() === false && mayBeOpen ? 'open' : 'guarded';
    },
    find: (key) => {
      const found = isRead ? findInBook(book, key, clock()) : null;
      if (found === null) return environment.find(key);
      if (!('refused' in found) && found.keyId !== null) use.note(found.keyId, clock());
      return found;
    },
    close: async () => {
      stop.abort();
      await following;
    },
  };
};
