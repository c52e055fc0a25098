import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { createTestLog, TEST_CATALOG, testEvents, type TestLog } from '../../../tools/testing/test-log.js';
import type { EventStore, FollowOptions } from './event-store.js';
import type { NewEvent, StoredEvent } from './event.js';
import { openEventStore } from './open-event-store.js';
import { UnknownEvent } from './unknown-event.js';

const WITHIN = { timeout: 20_000, interval: 20 };

/** What a newer Weir knows and writes. */
const NEWER = {
  TestHappened: { newest: 2, upcasters: [(data: unknown) => ({ ...(data as object), seen: true })] },
  SomethingNew: { newest: 1, upcasters: [] },
};
const newEvent = (type: string, version: number): NewEvent => ({
  type,
  version,
  subject: 's',
  data: {},
  occurredAt: '2026-08-02T09:30:00.000Z',
});

let log: TestLog;
let newer: EventStore;
beforeAll(async () => {
  log = await createTestLog();
  newer = openEventStore(log.pool, NEWER);
});
afterAll(() => log.drop());

let stopping = new AbortController();
afterEach(() => {
  stopping.abort();
  stopping = new AbortController();
});

/** Two events that both know, one that only the newer knows, and one more that both do. */
const writeStory = async (shard: string, unknown: NewEvent): Promise<void> => {
  const writer = await newer.openShard(shard);
  await writer.append({ events: testEvents(2) });
  await writer.append({ events: [unknown] });
  await writer.append({ events: testEvents(1, 2) });
};

const follow = (store: EventStore, shard: string, options: Partial<FollowOptions> = {}) => {
  const seen: StoredEvent[] = [];
  const handle = async (events: readonly StoredEvent[]) => void seen.push(...events);
  return { seen, ended: store.follow({ shard, from: async () => 0, handle, signal: stopping.signal, ...options }) };
};
const positions = (events: readonly StoredEvent[]) => events.map(({ position }) => position);
/** A process of its own, which has met nothing yet. */
const older = () => openEventStore(log.pool, TEST_CATALOG);

describe.each([
  [
    'of a newer version',
    'version/0',
    newEvent('TestHappened', 2),
    'TestHappened version 2 in shard version/0 at position 2 was written by a newer Weir; this one knows version 1. Update it.',
  ],
  [
    'of another type',
    'type/0',
    newEvent('SomethingNew', 1),
    'SomethingNew version 1 in shard type/0 at position 2 was written by a newer Weir; this one knows no such type. Update it.',
  ],
])('an event %s', (_what, shard, unknown, sentence) => {
  beforeAll(() => writeStory(shard, unknown));

  test('stops a follower after what comes before it, with its name, and an updated one goes on from there', async () => {
    const stopped = follow(older(), shard);
    await expect(stopped.ended).rejects.toThrow(sentence);
    expect(positions(stopped.seen)).toEqual([0, 1]);
    const updated = follow(newer, shard, { from: async () => 2 });
    await vi.waitFor(() => expect(positions(updated.seen)).toEqual([2, 3]), WITHIN);
  });

  test('ends what is read before it, and is refused by name where it is the first', async () => {
    const store = older();
    expect(positions(await store.read(shard, { position: 0, limit: 10 }))).toEqual([0, 1]);
    expect(store.unknownEvents(/^/)).toEqual([]);
    await expect(store.read(shard, { position: 2, limit: 10 })).rejects.toThrow(sentence);
    expect(
      positions(await store.read(shard, { position: 3, limit: 10 })),
      'what somebody asks for by position is read',
    ).toEqual([3]);
    expect(store.unknownEvents(/^/).map(({ place }) => place)).toEqual([
      { type: unknown.type, version: unknown.version, shard, position: 2 },
    ]);
    expect(store.unknownEvents(/^elsewhere\//)).toEqual([]);
  });

  test('keeps an older writer from writing on, whatever was written after it', async () => {
    await expect(older().openShard(shard)).rejects.toThrow(sentence);
    const { size } = (await newer.openShard(shard)).head();
    expect(size).toBe(4);
  });
});

test('a writer that is overtaken by a newer one does not take the shard back', async () => {
  const writer = await log.store.openShard('overtaken/0');
  await writer.append({ events: testEvents(1) });
  await (await newer.openShard('overtaken/0')).append({ events: [newEvent('SomethingNew', 1)] });
  await expect(writer.append({ events: testEvents(1) })).rejects.toThrow('Another writer has appended');
  await expect(log.store.openShard('overtaken/0')).rejects.toThrow(UnknownEvent);
});

test('who met an unknown event in a shard does not write there, however long ago it was', async () => {
  const writer = await newer.openShard('long/0');
  await writer.append({ events: [newEvent('SomethingNew', 1), ...testEvents(600)] });
  const store = older();
  await expect(store.read('long/0', { position: 0, limit: 1 })).rejects.toThrow(UnknownEvent);
  await expect(store.openShard('long/0')).rejects.toThrow('SomethingNew version 1 in shard long/0 at position 0');
});

test('what a process cannot read it does not write', async () => {
  const writer = await log.store.openShard('own/0');
  await expect(writer.append({ events: [newEvent('SomethingNew', 1)] })).rejects.toThrow(
    'SomethingNew version 1 is not in the catalog of events',
  );
  await expect(writer.append({ events: testEvents(1) })).resolves.toHaveLength(1);
});

test('an event that was stored in an older version is upcast when its data is asked for, and its text stays', async () => {
  await (await log.store.openShard('old/0')).append({ events: testEvents(1) });
  const [event] = await newer.read('old/0', { position: 0, limit: 1 });
  expect(event).toMatchObject({ version: 2, storedVersion: 1, dataText: '{"number":0}' });
  expect(event?.data).toEqual({ number: 0, seen: true });
});
