import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../../tools/testing/test-database.js';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

test('the embedded server is a real PostgreSQL with durable commits', async () => {
  const client = new pg.Client({ connectionString: database.serviceUrl });
  await client.connect();
  const { rows } = await client.query<{ fsync: string; version: number; who: string }>(`SELECT current_setting('fsync') AS fsync, current_setting('server_version_num')::int AS version, current_user AS who`);
  await client.end();
  expect(rows[0]).toMatchObject({ fsync: 'on', who: 'weir_service' });
  expect(rows[0]?.version).toBeGreaterThanOrEqual(180000);
});
