import { createLogger } from '@weir/service';
import type pg from 'pg';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../../tools/testing/test-database.js';
import { openTestPool } from '../../../../tools/testing/test-pool.js';
import { openWakeups, type Wakeups } from './wakeups.js';

const logger = createLogger('test');
const WITHIN = { timeout: 20_000, interval: 20 };

let database: TestDatabase;
let pool: pg.Pool;
const opened: Wakeups[] = [];
beforeAll(async () => {
  database = await createTestDatabase();
  pool = openTestPool(database.serviceUrl, 20);
});
afterEach(async () => {
  await Promise.all(opened.splice(0).map((wakeups) => wakeups.close()));
});
afterAll(async () => {
  await pool.end();
  await database.drop();
});

/** A process that finds nothing by looking, and listens already. */
const openProcess = async (): Promise<Wakeups> => {
  const wakeups = openWakeups({ pool, logger, readHeads: async () => [] });
  opened.push(wakeups);
  const { bell, forget } = wakeups.bellOf(['any'], 0);
  await vi.waitFor(() => expect(bell.mark()).toBe(1), WITHIN);
  forget();
  return wakeups;
};

test('what is published rings here at once and elsewhere when told, for its topic and its partition alone', async () => {
  const [here, there] = [await openProcess(), await openProcess()];
  const bellsOf = (wakeups: Wakeups) => ({
    concerned: wakeups.bellOf(['facts.v1', 'retry.v1'], 3).bell,
    otherTopic: wakeups.bellOf(['other.v1'], 3).bell,
    otherPartition: wakeups.bellOf(['facts.v1', 'other.v1'], 2).bell,
    last: wakeups.bellOf(['last.v1'], 0).bell,
  });
  const [near, far] = [bellsOf(here), bellsOf(there)];
  const rings = ({ concerned, otherTopic, otherPartition }: typeof near) =>
    [concerned, otherTopic, otherPartition].map((bell) => bell.mark());
  here.published([{ topic: 'facts.v1', partition: 3 }]);
  expect(rings(near)).toEqual([1, 0, 0]);
  await vi.waitFor(() => expect(rings(far)).toEqual([1, 0, 0]), WITHIN);
  // Notifications come in order: when this one is heard, an echo of the first would have been.
  there.published([{ topic: 'last.v1', partition: 0 }]);
  await vi.waitFor(() => expect(near.last.mark()).toBe(1), WITHIN);
  expect(rings(near)).toEqual([1, 0, 0]);
});

test('a message that is published a thousand times over is told far less often', async () => {
  const [here, there] = [await openProcess(), await openProcess()];
  const { bell } = there.bellOf(['facts.v1'], 0);
  for (let round = 0; round < 1_000; round += 1) here.published([{ topic: 'facts.v1', partition: 0 }]);
  here.published([{ topic: 'last.v1', partition: 1 }]);
  const last = there.bellOf(['last.v1'], 1).bell;
  await vi.waitFor(() => expect(last.mark()).toBe(1), WITHIN);
  expect(bell.mark()).toBeGreaterThan(0);
  expect(bell.mark()).toBeLessThan(4);
});
