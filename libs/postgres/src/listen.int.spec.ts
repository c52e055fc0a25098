import { pino } from 'pino';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../tools/testing/test-database.js';
import { listen } from './listen.js';
import { openPool } from './open-pool.js';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

test('what is told is heard, also after the connection was lost, and the end gives the connection back', async () => {
  const pool = openPool({
    databaseUrl: database.serviceUrl,
    name: 'ears',
    logger: pino({ level: 'silent' }),
    connections: 2,
  });
  const stop = new AbortController();
  const heard = vi.fn();
  const listening = listen({ pool, channel: 'weir_test', heard, logger: null, signal: stop.signal });
  await vi.waitFor(() => expect(heard).toHaveBeenCalledWith(null));
  await pool.query(`NOTIFY weir_test, 'one'`);
  await vi.waitFor(() => expect(heard).toHaveBeenLastCalledWith('one'));

  await pool.query(
    `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'LISTEN%' AND application_name = 'ears'`,
  );
  await vi.waitFor(() => expect(heard.mock.calls.filter(([payload]) => payload === null)).toHaveLength(2));
  await pool.query(`NOTIFY weir_test, 'two'`);
  await vi.waitFor(() => expect(heard).toHaveBeenLastCalledWith('two'));

  stop.abort();
  await listening;
  await pool.end();
  expect(pool.totalCount).toBe(0);
});
