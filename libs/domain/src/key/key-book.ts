import type { Permission } from './permission.js';
import type { AskedBy } from './principal.js';

/** A key was made. The log holds the digest of its text, and the text itself nobody but who was given it. */
export interface KeyCreated {
  readonly type: 'KeyCreated';
  readonly version: 1;
  readonly data: {
    readonly keyId: string;
    readonly name: string;
    readonly permissions: readonly Permission[];
    /** The only ones that it sees and changes; null: all. */
    readonly workspaces: readonly string[] | null;
    readonly digest: string;
    /** null: it ends when it is revoked. */
    readonly expiresAt: string | null;
    readonly createdAt: string;
  } & AskedBy;
}

/** A key got another text. The former one is taken until `formerEndsAt`, so that nobody is without one meanwhile. */
export interface KeyRotated {
  readonly type: 'KeyRotated';
  readonly version: 1;
  readonly data: {
    readonly keyId: string;
    readonly digest: string;
    readonly formerEndsAt: string;
    readonly expiresAt: string | null;
    readonly rotatedAt: string;
  } & AskedBy;
}

/** No text of the key is taken from here on, for good. */
export interface KeyRevoked {
  readonly type: 'KeyRevoked';
  readonly version: 1;
  readonly data: { readonly keyId: string; readonly revokedAt: string } & AskedBy;
}

export type KeyEvent = KeyCreated | KeyRotated | KeyRevoked;

/** A text of a key, by its digest, and until when it is taken; null: as long as the key. */
export interface KeySecret {
  readonly digest: string;
  readonly endsAt: string | null;
}

export interface Key {
  readonly keyId: string;
  readonly name: string;
  readonly permissions: readonly Permission[];
  readonly workspaces: readonly string[] | null;
  /** The newest first. */
  readonly secrets: readonly KeySecret[];
  readonly expiresAt: string | null;
  readonly created: { readonly at: string } & AskedBy;
  readonly rotatedAt: string | null;
  readonly revoked: ({ readonly at: string } & AskedBy) | null;
}

/** All keys that were ever made, by id, in the order in which they were made. */
export type KeyBook = ReadonlyMap<string, Key>;

export const emptyKeyBook: KeyBook = new Map();

export const evolveKeyBook = (book: KeyBook, event: KeyEvent): KeyBook => {
  const known = book.get(event.data.keyId);
  switch (event.type) {
    case 'KeyCreated':
      return new Map(book).set(event.data.keyId, created(event.data));
    case 'KeyRotated':
      return known ? new Map(book).set(known.keyId, rotated(known, event.data)) : book;
    case 'KeyRevoked':
      return known ? new Map(book).set(known.keyId, revoked(known, event.data)) : book;
    default: {
      const unknown: never = event;
      return unknown;
    }
  }
};

const created = ({ digest, createdAt, actor, actorKey, ...key }: KeyCreated['data']): Key => ({
  ...key,
  secrets: [{ digest, endsAt: null }],
  created: { at: createdAt, actor, ...(actorKey !== undefined && { actorKey }) },
  rotatedAt: null,
  revoked: null,
});

/** Invariant: no more than two texts are taken at once; one that was taken beside the last ends with this. */
const rotated = (key: Key, { digest, formerEndsAt, expiresAt, rotatedAt }: KeyRotated['data']): Key => ({
  ...key,
  secrets: [
    { digest, endsAt: null },
    ...key.secrets.slice(0, 1).map((former) => ({ ...former, endsAt: formerEndsAt })),
  ],
  expiresAt,
  rotatedAt,
});

const revoked = (key: Key, { revokedAt, actor, actorKey }: KeyRevoked['data']): Key => ({
  ...key,
  revoked: { at: revokedAt, actor, ...(actorKey !== undefined && { actorKey }) },
});

/** Why a text of a key is not taken at `now`, ISO 8601 in UTC; null: it is. */
export const endOf = (key: Key, secret: KeySecret, now: string): string | null => {
  if (key.revoked) return `The key ${key.name} was revoked at ${key.revoked.at}.`;
  if (key.expiresAt !== null && key.expiresAt <= now) return `The key ${key.name} expired at ${key.expiresAt}.`;
  if (secret.endsAt !== null && secret.endsAt <= now)
    return `The key ${key.name} was rotated, and its former text ended at ${secret.endsAt}.`;
  return null;
};

/** Whether any text of the key is taken at `now`. */
export const isInForce = (key: Key, now: string): boolean =>
  key.secrets.some((secret) => endOf(key, secret, now) === null);
