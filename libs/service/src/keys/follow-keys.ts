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
  readonly tried: Promise<unknown>;
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
export const followKeys = (ports: KeyRingPorts): FollowedKeys => {
  const { keys, mayBeOpen, clock, use } = ports;
  const environment = environmentKeys(keys);
  const followed = followBook(ports);
  const any = (): boolean | null => {
    if (environment.state() === 'guarded' || followed.book().size > 0) return true;
    return followed.isRead() ? false : null;
  };
  return {
    tried: followed.tried,
    any,
    state: () => {
      if (!followed.isRead() && environment.state() === 'open') return 'unread';
      return any() === false && mayBeOpen ? 'open' : 'guarded';
    },
    find: (key) => {
      const found = followed.isRead() ? findInBook(followed.book(), key, clock()) : null;
      if (found === null) return environment.find(key);
      if (!('refused' in found) && found.keyId !== null) use.note(found.keyId, clock());
      return found;
    },
    close: followed.close,
  };
};

interface FollowedBook {
  book(): KeyBook;
  /** Whether the log was read to its end, and is still. */
  isRead(): boolean;
  readonly tried: Promise<unknown>;
  readonly close: () => Promise<void>;
}

const followBook = ({ log, logger }: Pick<KeyRingPorts, 'log' | 'logger'>): FollowedBook => {
  const stop = new AbortController();
  const tried = Promise.withResolvers<unknown>();
  let [book, position, isRead] = [emptyKeyBook, 0, false];
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
  const { signal } = stop;
  const follow = {
    shard: KEY_SHARD,
    from: async () => position,
    handle: async (events: readonly LoggedEvent[]) => fold(events),
    signal,
  };
  const following = keepGoing({
    what: 'keys',
    logger,
    signal,
    work: async (succeeded) => {
      await readAll();
      succeeded();
      tried.resolve(true);
      await log.follow(follow);
    },
    onFault: (fault, what) => {
      tried.resolve(false);
      countFault(fault, what);
    },
    onStandstill: () => {
      isRead = false;
    },
  });
  const close = async (): Promise<void> => {
    stop.abort();
    await following;
  };
  return { book: () => book, isRead: () => isRead, tried: tried.promise, close };
};
