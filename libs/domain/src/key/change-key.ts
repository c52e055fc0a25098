import { nameKey } from '../policy/name-key.js';
import {
  isInForce,
  type Key,
  type KeyBook,
  type KeyCreated,
  type KeyEvent,
  type KeyRevoked,
  type KeyRotated,
} from './key-book.js';
import type { AskedBy } from './principal.js';

/** An expected "no" to a change of the keys, with a code for machines and a sentence for people. */
export interface KeyRefusal {
  readonly refused: 'name_taken' | 'id_taken' | 'no_such_key' | 'revoked' | 'ends_in_past' | 'nobody_administers';
  readonly message: string;
}

export type CreateKey = { readonly type: 'CreateKey' } & Omit<KeyCreated['data'], keyof AskedBy> & {
    readonly by: AskedBy;
    /** Whether somebody who administers is known beside the book, as by API_KEYS. */
    readonly isAdministered: boolean;
  };

export type RotateKey = { readonly type: 'RotateKey' } & Omit<KeyRotated['data'], keyof AskedBy | 'expiresAt'> & {
    /** undefined: as it was. */
    readonly expiresAt: string | null | undefined;
    readonly by: AskedBy;
  };

export type RevokeKey = { readonly type: 'RevokeKey' } & Omit<KeyRevoked['data'], keyof AskedBy> & {
    readonly by: AskedBy;
  };

export type KeyCommand = CreateKey | RotateKey | RevokeKey;

/** Decides on a change of the keys. Revoking what is revoked changes nothing. */
export const changeKey = (command: KeyCommand, book: KeyBook): readonly KeyEvent[] | KeyRefusal => {
  switch (command.type) {
    case 'CreateKey':
      return createKey(command, book);
    case 'RotateKey':
      return rotateKey(command, book);
    case 'RevokeKey':
      return revokeKey(command, book);
    default: {
      const unknown: never = command;
      return unknown;
    }
  }
};

const createKey = (command: CreateKey, book: KeyBook): readonly KeyCreated[] | KeyRefusal => {
  const { type: _type, by, isAdministered, ...data } = command;
  const namesake = namesakeOf(command.name, book);
  if (namesake)
    return {
      refused: 'name_taken',
      message: `There is a key named ${namesake.name} already, ${namesake.keyId}. Its name is free once it is revoked.`,
    };
  if (book.has(command.keyId)) return { refused: 'id_taken', message: `There is a key ${command.keyId} already.` };
  if (isPast(command.expiresAt, command.createdAt)) return endsInPast('expiresAt', command.expiresAt);
  if (!isAdministered && !administers(command) && !someoneAdministers(book, command.createdAt))
    return {
      refused: 'nobody_administers',
      message:
        'From the first key on every request needs one, and no key has the permission administer for all workspaces: nobody could make another.',
    };
  return [{ type: 'KeyCreated', version: 1, data: { ...data, ...by } }];
};

const rotateKey = (command: RotateKey, book: KeyBook): readonly KeyRotated[] | KeyRefusal => {
  const { type: _type, by, ...data } = command;
  const key = book.get(command.keyId);
  if (!key) return noSuchKey(command.keyId);
  if (key.revoked) return isRevoked(key, key.revoked.at);
  const expiresAt = command.expiresAt === undefined ? key.expiresAt : command.expiresAt;
  if (isPast(expiresAt, command.rotatedAt)) return endsInPast('expiresAt', expiresAt);
  return [{ type: 'KeyRotated', version: 1, data: { ...data, expiresAt, ...by } }];
};

const revokeKey = (command: RevokeKey, book: KeyBook): readonly KeyRevoked[] | KeyRefusal => {
  const { type: _type, by, ...data } = command;
  const key = book.get(command.keyId);
  if (!key) return noSuchKey(command.keyId);
  return key.revoked ? [] : [{ type: 'KeyRevoked', version: 1, data: { ...data, ...by } }];
};

/** Names tell keys apart for people: those in use differ by more than case. */
const namesakeOf = (name: string, book: KeyBook): Key | undefined =>
  [...book.values()].find((key) => key.revoked === null && nameKey(key.name) === nameKey(name));

const administers = ({ permissions, workspaces }: Pick<Key, 'permissions' | 'workspaces'>): boolean =>
  permissions.includes('administer') && workspaces === null;

const someoneAdministers = (book: KeyBook, now: string): boolean =>
  [...book.values()].some((key) => administers(key) && isInForce(key, now));

const isPast = (instant: string | null, now: string): boolean => instant !== null && instant <= now;

const endsInPast = (field: string, instant: string | null): KeyRefusal => ({
  refused: 'ends_in_past',
  message: `${field} is ${String(instant)}, which has passed.`,
});

const noSuchKey = (keyId: string): KeyRefusal => ({ refused: 'no_such_key', message: `There is no key ${keyId}.` });

const isRevoked = ({ name }: Key, at: string): KeyRefusal => ({
  refused: 'revoked',
  message: `The key ${name} was revoked at ${at}.`,
});
