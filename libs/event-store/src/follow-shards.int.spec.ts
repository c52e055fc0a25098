import { setTimeout as sleep } from 'node:timers/promises';
import { Retryable } from '@weir/postgres';
import type pg from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { createTestLog, TEST_CATALOG, testEvents, type TestLog } from '../../../tools/testing/test-log.js';
import { openTestPool } from '../../../tools/testing/test-pool.js';
import type { FollowOptions } from './event-store.js';
import { openEventStore } from './open-event-store.js';
import type { StoredEvent } from './event.js';

const WITHIN = { timeout: 20_000, interval: 20 };
const NEVER = 2_000_000_000;

let log: TestLog;
beforeAll(async () => {
  log = await createTestLog();
});
afterAll(() => log.drop());

let stopping = new AbortController();
const followers: Promise<void>[] = [];
const pools: pg.Pool[] = [];
afterEach(async () => {
  stopping.abort();
  await Promise.allSettled(followers.splice(0));
  await Promise.all(pools.splice(0).map((pool) => pool.end()));
  stopping = new AbortController();
});

/** Follows as the process does that writes, or as another one that has to read everything. */
const follow = (
  options: Partial<FollowOptions> & Pick<FollowOptions, 'shard' | 'handle'>,
  from: 'here' | 'elsewhere' = 'here',
): Promise<void> => {
  const store = from === 'here' ? log.store : openEventStore(log.pool, TEST_CATALOG);
  const following = store.follow({ from: async () => 0, signal: stopping.signal, ...options });
  followers.push(following);
  return following;
};

/** Collects what a follower sees, by shard. */
const collector = () => {
  const seen = new Map<string, number[]>();
  const handle = async (events: readonly StoredEvent[]) => {
    const shard = events[0]?.shard ?? '';
    seen.set(shard, [...(seen.get(shard) ?? []), ...events.map((event) => event.position)]);
  };
  return { seen, handle };
};
const upTo = (size: number, from = 0) => Array.from({ length: size - from }, (_, index) => from + index);

describe('a follower', () => {
  test.each(['here', 'elsewhere'] as const)(
    '%s sees every event once and in order, while several shards grow, and shards that appear later',
    async (place) => {
      const { seen, handle } = collector();
      void follow({ shard: new RegExp(`^many${place}/`), handle, batch: 7 }, place);
      await Promise.all(
        [0, 1, 2].map(async (partition) => {
          const writer = await log.store.openShard(`many${place}/${partition}`);
          for (let round = 0; round < 30; round += 1)
            await writer.append({ events: testEvents(1 + ((round * 5) % 11)) });
        }),
      );
      const sizes = (await log.store.shards()).filter(({ shard }) => shard.startsWith(`many${place}/`));
      await vi.waitFor(
        () => expect(seen).toEqual(new Map(sizes.map(({ shard, size }) => [shard, upTo(size)]))),
        WITHIN,
      );
    },
  );

  test('starts where it is told and leaves other shards alone', async () => {
    const writer = await log.store.openShard('start/0');
    await (await log.store.openShard('start/1')).append({ events: testEvents(3) });
    await writer.append({ events: testEvents(10) });
    const { seen, handle } = collector();
    void follow({ shard: 'start/0', from: async () => 6, handle });
    await vi.waitFor(() => expect(seen).toEqual(new Map([['start/0', [6, 7, 8, 9]]])), WITHIN);
  });

  test('is woken by an append, without polling', async () => {
    const writer = await log.store.openShard('wake/0');
    const { seen, handle } = collector();
    void follow({ shard: 'wake/0', handle, pollEvery: NEVER });
    for (let round = 0; round < 5; round += 1) {
      await writer.append({ events: testEvents(1) });
      await vi.waitFor(() => expect(seen.get('wake/0')).toHaveLength(round + 1), WITHIN);
    }
  });

  test('goes on by polling when its LISTEN connection ends', async () => {
    const writer = await log.store.openShard('poll/0');
    const { seen, handle } = collector();
    void follow({ shard: 'poll/0', handle });
    const end = () =>
      log.owner.query(
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'LISTEN%' AND state = 'idle' AND datname = current_database()`,
      );
    await vi.waitFor(async () => expect((await end()).rowCount).toBe(1), WITHIN);
    await writer.append({ events: testEvents(2) });
    await vi.waitFor(() => expect(seen.get('poll/0')).toEqual([0, 1]), WITHIN);
  });

  test('stops when told, after the call in progress, and gives its connection back', async () => {
    await (await log.store.openShard('stop/0')).append({ events: testEvents(1) });
    let finished = false;
    const handle = async () => {
      stopping.abort();
      await sleep(50);
      finished = true;
    };
    await follow({ shard: 'stop/0', handle });
    expect(finished).toBe(true);
    await vi.waitFor(() => expect(log.pool.idleCount).toBe(log.pool.totalCount), WITHIN);
  });

  test('that waits for a busy pool when it is told to stop does not keep the pool from ending', async () => {
    const pool = openTestPool(log.database.serviceUrl, 2);
    void openEventStore(pool, TEST_CATALOG).follow({
      shard: 'busy/0',
      from: async () => 0,
      handle: async () => undefined,
      pollEvery: 1,
      signal: stopping.signal,
    });
    await vi.waitFor(() => expect(pool.totalCount).toBe(2), WITHIN);
    const busy = await pool.connect();
    await vi.waitFor(() => expect(pool.waitingCount).toBe(1), WITHIN);
    stopping.abort();
    const ended = pool.end();
    busy.release();
    await ended;
    expect(pool.totalCount).toBe(0);
  });
});

/** A pool of its own, and the names of what was asked through it. */
const openCountedPool = () => {
  const asked: string[] = [];
  const pool = openTestPool(log.database.serviceUrl);
  pools.push(pool);
  const note = (statement: unknown): void => {
    asked.push((statement as { readonly name?: string }).name ?? 'unnamed');
  };
  pool.on('connect', (client) => {
    const query = client.query.bind(client) as (...given: readonly unknown[]) => unknown;
    const counted = (...given: readonly unknown[]): unknown => {
      note(given[0]);
      return query(...given);
    };
    Object.assign(client, { query: counted });
  });
  return { asked, pool };
};

describe('what an append costs a follower', () => {
  test('of the shard that this process writes: not one statement', async () => {
    const { asked, pool } = openCountedPool();
    const store = openEventStore(pool, TEST_CATALOG);
    const writer = await store.openShard('own/0');
    const { seen, handle } = collector();
    followers.push(
      store.follow({ shard: 'own/0', from: async () => 0, handle, pollEvery: NEVER, signal: stopping.signal }),
    );
    await writer.append({ events: testEvents(1) });
    await vi.waitFor(() => expect(seen.get('own/0')).toEqual([0]), WITHIN);
    asked.length = 0;
    for (let round = 1; round <= 5; round += 1) {
      await writer.append({ events: testEvents(1) });
      await vi.waitFor(() => expect(seen.get('own/0')).toHaveLength(round + 1), WITHIN);
    }
    // Its own appends are several unnamed statements each, and a notification.
    expect(asked.filter((name) => name === 'log-read-sizes' || name === 'log-read')).toEqual([]);
  });

  test('of a shard that another process writes: how far it goes and the events, once', async () => {
    const { asked, pool } = openCountedPool();
    const writer = await log.store.openShard('other/0');
    await writer.append({ events: testEvents(1) });
    const { seen, handle } = collector();
    const store = openEventStore(pool, TEST_CATALOG);
    followers.push(
      store.follow({ shard: /^other\//, from: async () => 0, handle, pollEvery: NEVER, signal: stopping.signal }),
    );
    await vi.waitFor(() => expect(seen.get('other/0')).toEqual([0]), WITHIN);
    for (let round = 1; round <= 5; round += 1) {
      asked.length = 0;
      await writer.append({ events: testEvents(1) });
      await vi.waitFor(() => expect(seen.get('other/0')).toHaveLength(round + 1), WITHIN);
    }
    await sleep(50);
    // Other tests of this file have followers of other shards: theirs are asked through another pool.
    expect(asked.filter((name) => name === 'log-read-sizes')).toHaveLength(1);
  });

  test('that rests: what comes meanwhile is handed on together, and the first is not waited for', async () => {
    const REST = 200;
    const writer = await log.store.openShard('rest/0');
    const calls: { readonly from: number; readonly until: number; readonly events: number }[] = [];
    const handle = async (events: readonly StoredEvent[]) => {
      const from = performance.now();
      await sleep(1);
      calls.push({ from, until: performance.now(), events: events.length });
    };
    void follow({ shard: 'rest/0', handle, rest: REST, pollEvery: NEVER }, 'elsewhere');
    for (let round = 0; round < 20; round += 1) await writer.append({ events: testEvents(1) });
    await vi.waitFor(() => expect(calls.reduce((sum, { events }) => sum + events, 0)).toBe(20), WITHIN);
    for (const [index, { from }] of calls.entries())
      expect(from - (calls[index - 1]?.until ?? -Infinity)).toBeGreaterThan(REST - 2);
  });
});

describe("a handler's fault", () => {
  test('that is retryable repeats the same events after a pause; other shards go on meanwhile', async () => {
    await (await log.store.openShard('retry/0')).append({ events: testEvents(3) });
    await (await log.store.openShard('retry/1')).append({ events: testEvents(2) });
    const { seen, handle } = collector();
    const attempts: number[] = [];
    let isDown = true;
    void follow({
      shard: /^retry\//,
      handle: async (events) => {
        if (events[0]?.shard === 'retry/0' && isDown) {
          attempts.push(events[0].position);
          throw new Retryable('down', { retryAfter: 20 });
        }
        await handle(events);
      },
    });
    await vi.waitFor(() => expect(seen.get('retry/1')).toEqual([0, 1]), WITHIN);
    await vi.waitFor(() => expect(attempts.length).toBeGreaterThan(2), WITHIN);
    expect(seen.has('retry/0')).toBe(false);
    isDown = false;
    await vi.waitFor(() => expect(seen.get('retry/0')).toEqual([0, 1, 2]), WITHIN);
    expect(new Set(attempts)).toEqual(new Set([0]));
  });

  test('of any other kind ends the follower with it', async () => {
    await (await log.store.openShard('fault/0')).append({ events: testEvents(1) });
    const handle = async () => {
      throw new Error('a defect');
    };
    await expect(follow({ shard: 'fault/0', handle })).rejects.toThrow('a defect');
  });
});

test('a follower in the process that writes sees the very events that another one reads', async () => {
  const writer = await log.store.openShard('same/0');
  const seen = { here: [] as unknown[], elsewhere: [] as unknown[] };
  for (const place of ['here', 'elsewhere'] as const)
    void follow(
      { shard: 'same/0', handle: async (events) => void seen[place].push(...events.map((event) => ({ ...event }))) },
      place,
    );
  for (let round = 0; round < 5; round += 1) await writer.append({ events: testEvents(20) });
  await vi.waitFor(() => expect(seen.here.length + seen.elsewhere.length).toBe(200), WITHIN);
  expect(seen.here).toEqual(seen.elsewhere);
});

test('a follower stops at a gap instead of skipping it', async () => {
  await (await log.store.openShard('gap/0')).append({ events: testEvents(5) });
  await log.owner.query(`DELETE FROM log.event WHERE shard = 'gap/0' AND position = 2`);
  const { seen, handle } = collector();
  await expect(follow({ shard: 'gap/0', handle }, 'elsewhere')).rejects.toThrow('Event 2 of shard gap/0 is missing');
  expect(seen.size).toBe(0);
});
