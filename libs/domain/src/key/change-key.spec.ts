import { describe, expect, test } from 'vitest';
import { changeKey, type CreateKey, type KeyCommand } from './change-key.js';
import { emptyKeyBook, endOf, evolveKeyBook, isInForce, type KeyBook, type KeyEvent } from './key-book.js';

const NOW = '2026-12-01T00:00:00.000Z';
const LATER = '2026-12-02T00:00:00.000Z';
const MUCH_LATER = '2027-12-02T00:00:00.000Z';
const BY = { actor: 'ada', actorKey: 'aaaa' };

const create = (keyId: string, more: Partial<CreateKey> = {}): CreateKey => ({
  type: 'CreateKey',
  keyId,
  name: `key ${keyId}`,
  permissions: ['read', 'administer'],
  workspaces: null,
  digest: `first ${keyId}`,
  expiresAt: null,
  createdAt: NOW,
  by: BY,
  isAdministered: false,
  ...more,
});
const rotate = (keyId: string, more: object = {}): KeyCommand => ({
  type: 'RotateKey',
  keyId,
  digest: `second ${keyId}`,
  formerEndsAt: LATER,
  expiresAt: undefined,
  rotatedAt: NOW,
  by: BY,
  ...more,
});
const revoke = (keyId: string): KeyCommand => ({ type: 'RevokeKey', keyId, revokedAt: NOW, by: BY });

/** The book after commands that are granted; events go through JSON text as in the log. */
const bookAfter = (...commands: readonly KeyCommand[]): KeyBook =>
  commands.reduce((book, command) => {
    const events = changeKey(command, book);
    if ('refused' in events) throw new Error(events.message);
    return (JSON.parse(JSON.stringify(events)) as KeyEvent[]).reduce(evolveKeyBook, book);
  }, emptyKeyBook);

const takenAt = (book: KeyBook, keyId: string, now: string): readonly string[] => {
  const key = book.get(keyId);
  return (key?.secrets ?? []).flatMap((secret) => (key && endOf(key, secret, now) === null ? [secret.digest] : []));
};

describe('a key', () => {
  test('says who made it, and is taken until it is revoked', () => {
    const book = bookAfter(create('one'));
    expect(book.get('one')).toMatchObject({ name: 'key one', created: { at: NOW, ...BY }, revoked: null });
    expect(takenAt(book, 'one', MUCH_LATER)).toEqual(['first one']);
    expect(takenAt(bookAfter(create('one'), revoke('one')), 'one', NOW)).toEqual([]);
  });

  test('ends at its expiry', () => {
    const book = bookAfter(create('one', { expiresAt: LATER }));
    expect(takenAt(book, 'one', NOW)).toEqual(['first one']);
    expect(takenAt(book, 'one', LATER)).toEqual([]);
    expect([...book.values()].map((key) => isInForce(key, LATER))).toEqual([false]);
  });

  test('that is rotated is taken by both texts until the former ends: there is no gap', () => {
    const book = bookAfter(create('one'), rotate('one'));
    expect(takenAt(book, 'one', NOW)).toEqual(['second one', 'first one']);
    expect(takenAt(book, 'one', LATER)).toEqual(['second one']);
  });

  test('never has more than two texts', () => {
    const book = bookAfter(create('one'), rotate('one'), rotate('one', { digest: 'third' }));
    expect(takenAt(book, 'one', NOW)).toEqual(['third', 'second one']);
  });

  test('keeps its expiry when it is rotated, unless it gets another', () => {
    const first = create('one', { expiresAt: LATER });
    expect(bookAfter(first, rotate('one')).get('one')?.expiresAt).toBe(LATER);
    expect(bookAfter(first, rotate('one', { expiresAt: MUCH_LATER })).get('one')?.expiresAt).toBe(MUCH_LATER);
    expect(bookAfter(first, rotate('one', { expiresAt: null })).get('one')?.expiresAt).toBeNull();
  });
});

describe('a change is refused', () => {
  test.each<[string, KeyBook, KeyCommand]>([
    ['name_taken', bookAfter(create('one')), create('two', { name: 'KEY one' })],
    ['id_taken', bookAfter(create('one')), create('one', { name: 'another' })],
    ['ends_in_past', emptyKeyBook, create('one', { expiresAt: NOW })],
    ['ends_in_past', bookAfter(create('one')), rotate('one', { expiresAt: NOW })],
    ['no_such_key', emptyKeyBook, rotate('one')],
    ['no_such_key', emptyKeyBook, revoke('one')],
    ['revoked', bookAfter(create('one'), revoke('one')), rotate('one')],
    ['nobody_administers', emptyKeyBook, create('one', { permissions: ['read'] })],
    ['nobody_administers', emptyKeyBook, create('one', { workspaces: ['acme'] })],
    ['nobody_administers', bookAfter(create('one'), revoke('one')), create('two', { permissions: ['read'] })],
  ])('%s', (refused, book, command) => {
    expect(changeKey(command, book)).toMatchObject({ refused });
  });

  test('and otherwise granted: the name of a revoked key is free, and who administers may be known elsewhere', () => {
    expect(bookAfter(create('one'), revoke('one'), create('two', { name: 'key one' })).size).toBe(2);
    expect(bookAfter(create('one', { permissions: ['read'], isAdministered: true })).size).toBe(1);
    expect(bookAfter(create('one'), create('two', { permissions: ['read'] })).size).toBe(2);
  });

  test('but revoking twice changes nothing', () => {
    expect(changeKey(revoke('one'), bookAfter(create('one'), revoke('one')))).toEqual([]);
  });
});
