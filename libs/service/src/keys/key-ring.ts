import { timingSafeEqual } from 'node:crypto';
import { PERMISSIONS, type Principal } from '@weir/domain';
import { sha256 } from '@weir/postgres';

/** Why a key is not taken, for whoever showed it. */
export interface KeyRefused {
  readonly refused: string;
}

/** The keys that a process knows. */
export interface KeyRing {
  /**
   * `guarded`: requests must carry a key. `open`: none is asked for, as there is no key. `unread`: the log was not read
   * yet, so nobody is let in.
   */
  state(): 'open' | 'guarded' | 'unread';
  /** Who showed this key. */
  find(key: string): Principal | KeyRefused;
}

/** Keys of the variable API_KEYS have no names, and may do everything. */
const ADMINISTRATOR: Principal = { name: 'API_KEYS', keyId: null, permissions: PERMISSIONS, workspaces: null };

const UNKNOWN: KeyRefused = { refused: 'This key is not known here.' };

/** The keys of the environment. */
export const environmentKeys = (keys: readonly string[]): KeyRing => {
  const known = keys.map(sha256);
  return {
    state: () => (known.length > 0 ? 'guarded' : 'open'),
    find: (key) => (isKnown(known, key) ? ADMINISTRATOR : UNKNOWN),
  };
};

/** Invariant: hashes are compared, all of them and whole, so that the time taken says nothing about a key. */
const isKnown = (known: readonly Buffer[], key: string): boolean => {
  const given = sha256(key);
  return known.map((hash) => timingSafeEqual(hash, given)).includes(true);
};
