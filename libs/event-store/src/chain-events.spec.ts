import { describe, expect, test } from 'vitest';
import { chainEvents } from './chain-events.js';
import type { NewEvent } from './event.js';

const head = {
  shard: 'test/0',
  size: 5,
  lastHash: `sha256:${'a'.repeat(64)}`,
  frontier: [],
  sources: {},
  incarnations: {},
};
const event: NewEvent = {
  type: 'TestHappened',
  version: 1,
  subject: 'a',
  data: { b: 1 },
  occurredAt: '2026-08-02T09:30:00.000Z',
};
const chain = (...changes: readonly object[]) =>
  chainEvents(
    head,
    changes.map((change) => ({ ...event, ...change })),
    '2026-08-02T09:30:01.000Z',
  );

test('positions go on from the head and each event names the one before', () => {
  const rows = chain({}, {}, {});
  expect(rows.map((row) => row.position)).toEqual([5, 6, 7]);
  expect(Buffer.from(rows[0]?.previousHash ?? []).toString('hex')).toBe('a'.repeat(64));
  expect(rows[2]?.previousHash).toEqual(rows[1]?.hash);
});

test('data is what JSON.stringify gives, hostile strings included', () => {
  const hostile = { nul: '\0', lone: '\ud800', quote: `'"\\$1`, line: '\u2028' };
  expect(chain({ data: hostile })[0]?.data).toBe(JSON.stringify(hostile));
});

describe('an event that cannot be stored is refused by the name of its field', () => {
  test.each([
    [{ subject: 'a\0b' }, "The event's subject has U+0000"],
    [{ subject: '\ud800' }, "The event's subject has half of a surrogate pair"],
    [{ subject: 'é'.repeat(1001) }, "The event's subject is longer than 2000 bytes"],
    [{ type: '' }, "The event's type is empty"],
    [{ version: 0 }, "The event's version is 0"],
    [{ version: 1.5 }, "The event's version is 1.5"],
    [{ data: undefined }, 'The data of TestHappened is not JSON'],
    [{ occurredAt: '2026-08-02 09:30' }, `The event's occurredAt is "2026-08-02 09:30"`],
    [{ occurredAt: '2026-08-02T09:30:00+02:00' }, 'write ISO 8601 in UTC'],
  ])('%o', (change, message) => expect(() => chain(change)).toThrow(message));
});
