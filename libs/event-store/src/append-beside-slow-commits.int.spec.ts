import type pg from 'pg';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { migrateTestDatabase } from '../../../tools/testing/migrate-test-database.js';
import { startSlowCommits, type SlowCommits } from '../../../tools/testing/slow-commit.js';
import { TEST_CATALOG, testEvents } from '../../../tools/testing/test-log.js';
import { openTestPool } from '../../../tools/testing/test-pool.js';
import { APPENDED_CHANNEL } from './append-listener.js';
import { eventStoreMigrations } from './event-store-migrations.js';
import { openEventStore } from './open-event-store.js';

const WITHIN = { timeout: 20_000, interval: 20 };
const NEVER = 2_000_000_000;

let commits: SlowCommits;
let pool: pg.Pool;
beforeAll(async () => {
  commits = await startSlowCommits();
  await migrateTestDatabase(commits, eventStoreMigrations);
  pool = openTestPool(commits.serviceUrl, 10, { lockMillis: 3_000 });
});
afterAll(async () => {
  await pool.end();
  await commits.stop();
});

test('an append waits for no commit of another that notifies, and those who listen are told when it can be', async () => {
  const store = openEventStore(pool, TEST_CATALOG);
  const stop = new AbortController();
  const seen: number[] = [];
  const handle = async (events: readonly { readonly position: number }[]) =>
    void seen.push(...events.map(({ position }) => position));
  const following = store.follow({
    shard: 'slow/0',
    from: async () => 0,
    handle,
    signal: stop.signal,
    pollEvery: NEVER,
  });
  const writer = await store.openShard('slow/0');
  await writer.append({ events: testEvents(1) });
  await vi.waitFor(() => expect(seen).toEqual([0]), WITHIN);

  const slow = await commits.begin(APPENDED_CHANNEL);
  await writer.append({ events: testEvents(2, 1) });
  expect(writer.head().size).toBe(3);
  await slow.end();
  await vi.waitFor(() => expect(seen).toEqual([0, 1, 2]), WITHIN);
  stop.abort();
  await following;
});

test('a follower is woken for its own shards only', async () => {
  const [store, writers] = [openEventStore(pool, TEST_CATALOG), openEventStore(pool, TEST_CATALOG)];
  const stop = new AbortController();
  const sizesRead = vi.spyOn(pool, 'query');
  const handle = vi.fn(async () => undefined);
  const following = store.follow({
    shard: /^mine\//,
    from: async () => 0,
    handle,
    signal: stop.signal,
    pollEvery: NEVER,
  });
  const [mine, other] = [await writers.openShard('mine/0'), await writers.openShard('other/0')];
  await mine.append({ events: testEvents(1) });
  await vi.waitFor(() => expect(handle).toHaveBeenCalledTimes(1), WITHIN);
  const looks = () =>
    sizesRead.mock.calls.filter(([query]) => JSON.stringify(query ?? '').includes('log-read-sizes')).length;
  await vi.waitFor(() => expect(looks()).toBeGreaterThan(1), WITHIN);
  const before = looks();
  for (let round = 0; round < 20; round += 1) await other.append({ events: testEvents(1, round) });
  await mine.append({ events: testEvents(1, 1) });
  await vi.waitFor(() => expect(handle).toHaveBeenCalledTimes(2), WITHIN);
  expect(looks() - before).toBeLessThan(5);
  stop.abort();
  await following;
});
