import { timingSafeEqual } from 'node:crypto';
import { endOf, PERMISSIONS, type Key, type KeyBook, type Principal } from '@weir/domain';
import { digestBytes, sha256 } from '@weir/postgres';
import { readKeyText } from './key-text.js';

/** Why a key is not taken, for whoever showed it. */
export interface KeyRefused {
  readonly refused: string;
}

/** The keys that a process knows. */
export interface KeyRing {
  /**
   * `guarded`: requests must carry a key. `open`: none is asked for, as there is no key. `unread`: the keys of the log
   * are not known, so nobody is let in.
   */
  state(): 'open' | 'guarded' | 'unread';
  /** Who showed this key. */
  find(key: string): Principal | KeyRefused;
}

/** Keys of the variable API_KEYS have no names, and may do everything. */
const ADMINISTRATOR: Principal = { name: 'API_KEYS', keyId: null, permissions: PERMISSIONS, workspaces: null };

const UNKNOWN: KeyRefused = { refused: 'This key is not known here.' };

/** The keys of the environment alone. */
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

/** Who showed a key that the log knows at `now`; null when the log knows of no such key. */
export const findInBook = (book: KeyBook, text: string, now: Date): Principal | KeyRefused | null => {
  const shown = readKeyText(text);
  const key = shown ? book.get(shown.keyId) : undefined;
  if (!shown || !key) return null;
  const given = digestBytes(shown.digest);
  const [secret] = key.secrets.filter(({ digest }) => timingSafeEqual(digestBytes(digest), given));
  if (!secret) return null;
  const ended = endOf(key, secret, now.toISOString());
  return ended === null ? principalOf(key) : { refused: ended };
};

const principalOf = ({ name, keyId, permissions, workspaces }: Key): Principal => ({
  name,
  keyId,
  permissions,
  workspaces,
});
