import type { CreateKeyBody, RotateKeyBody } from '@weir/contracts';
import { askedBy, type Key, type KeyRefusal, type Principal } from '@weir/domain';
import { makeKeyText, type KeyText } from '@weir/service';
import type { KeyBookLog } from './key-book-log.js';

/** A key and its text, which nobody can tell again. */
export interface KeyMade {
  readonly key: Key;
  readonly text: string;
}

interface Asked {
  readonly principal: Pick<Principal, 'name' | 'keyId'>;
  readonly now: Date;
}

const HOUR_MS = 3_600_000;

/** Makes a key. `made`: its text, when it was made elsewhere. `isAdministered`: API_KEYS has somebody who can make more. */
export const createKey = async (
  log: KeyBookLog,
  { name, permissions, workspaces, expiresAt }: CreateKeyBody,
  {
    principal,
    now,
    isAdministered,
    made = makeKeyText(),
  }: Asked & { readonly isAdministered: boolean; readonly made?: KeyText },
): Promise<KeyMade | KeyRefusal> => {
  const { keyId, digest, text } = made;
  const book = await log.change({
    type: 'CreateKey',
    keyId,
    name,
    permissions,
    workspaces,
    digest,
    expiresAt: inUtc(expiresAt),
    createdAt: now.toISOString(),
    by: askedBy(principal),
    isAdministered,
  });
  return 'refused' in book ? book : withText(book.get(keyId), text);
};

/** Gives a key another text; the former one is taken a while longer. */
export const rotateKey = async (
  log: KeyBookLog,
  keyId: string,
  { overlapHours, expiresAt }: RotateKeyBody,
  { principal, now }: Asked,
): Promise<KeyMade | KeyRefusal> => {
  const { digest, text } = makeKeyText(keyId);
  const book = await log.change({
    type: 'RotateKey',
    keyId,
    digest,
    formerEndsAt: new Date(now.getTime() + overlapHours * HOUR_MS).toISOString(),
    expiresAt: expiresAt === undefined ? undefined : inUtc(expiresAt),
    rotatedAt: now.toISOString(),
    by: askedBy(principal),
  });
  return 'refused' in book ? book : withText(book.get(keyId), text);
};

export const revokeKey = async (
  log: KeyBookLog,
  keyId: string,
  { principal, now }: Asked,
): Promise<{ readonly key: Key } | KeyRefusal> => {
  const book = await log.change({ type: 'RevokeKey', keyId, revokedAt: now.toISOString(), by: askedBy(principal) });
  return 'refused' in book ? book : { key: found(book.get(keyId)) };
};

const withText = (key: Key | undefined, text: string): KeyMade => ({ key: found(key), text });

const found = (key: Key | undefined): Key => {
  if (key) return key;
  throw new Error('A key that was just changed is not among the keys.');
};

/** Instants are compared as text, so they are written alike. */
const inUtc = (instant: string | null): string | null => (instant === null ? null : new Date(instant).toISOString());
