import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../../tools/testing/test-database.js';
import { allMigrations, migrate, MigrationWaited } from './migrate-database.js';

let database: TestDatabase;
let holder: pg.Client;
let observer: pg.Client;
beforeAll(async () => {
  database = await createTestDatabase();
  holder = new pg.Client({ connectionString: database.ownerUrl, application_name: 'a report' });
  observer = new pg.Client({ connectionString: database.ownerUrl });
  await Promise.all([holder.connect(), observer.connect()]);
});
afterAll(async () => {
  await Promise.all([holder.end(), observer.end()]);
  await database.drop();
});

const names = allMigrations.map((Migration) => new Migration().name);
const byTime = names.toSorted((a, b) => Number(a.slice(-13)) - Number(b.slice(-13)));

test('the migrations of an older version can be applied alone, in order of time', async () => {
  expect(await migrate(database.ownerUrl, { only: byTime.slice(0, 8) })).toEqual(byTime.slice(0, 8));
});

test('a migration that has to wait for a lock gives way, says which and who is in its way, and keeps nothing', async () => {
  await holder.query('BEGIN; SELECT 1 FROM evaluation.judgement');
  const fault = await migrate(database.ownerUrl, { lockMillis: 50, attempts: 2 }).catch((thrown: unknown) => thrown);
  expect(fault).toBeInstanceOf(MigrationWaited);
  const { message } = fault as MigrationWaited;
  expect(message).toMatch(/^Migration BundleJudgementDetails\d+ waited 50 ms for a lock that another session holds/);
  expect(message).toContain('(a report, idle in transaction, for ');
  expect(message).toContain('run weir migrate again');
  const { rows } = await holder.query<{ name: string }>('SELECT name FROM weir_migration ORDER BY id');
  expect(rows.map(({ name }) => name)).toEqual(byTime.slice(0, rows.length));
  await holder.query('ROLLBACK');
});

test('it goes on by itself once the lock is free, and names every migration that it applied', async () => {
  const done = (await holder.query<{ name: string }>('SELECT name FROM weir_migration')).rows.length;
  await holder.query('BEGIN; SELECT 1 FROM evaluation.judgement');
  const migrating = migrate(database.ownerUrl, { lockMillis: 200, attempts: 100 });
  const waits = "SELECT 1 FROM pg_stat_activity WHERE application_name = 'weir migrate' AND wait_event_type = 'Lock'";
  await expect.poll(async () => (await observer.query(waits)).rowCount, { timeout: 20_000 }).toBe(1);
  await holder.query('ROLLBACK');
  expect(await migrating).toEqual(byTime.slice(done));
});

test('an index that was given up half way is built again, beside who writes', async () => {
  const until = byTime.findIndex((name) => name.startsWith('IndexJudgementsByConditions'));
  const other = await createTestDatabase();
  const writer = new pg.Client({ connectionString: other.ownerUrl });
  await writer.connect();
  const indexes = async (): Promise<readonly object[]> =>
    (
      await writer.query<object>(
        `SELECT indexrelid::regclass::text AS name, indisvalid AS valid FROM pg_index
          WHERE indexrelid::regclass::text IN ('evaluation.judgement_by_conditions', 'evaluation.judgement_by_policy_set')
          ORDER BY 1`,
      )
    ).rows;
  await migrate(other.ownerUrl, { only: byTime.slice(0, until) });
  await writer.query('BEGIN; LOCK TABLE evaluation.judgement IN ROW EXCLUSIVE MODE');
  await expect(migrate(other.ownerUrl, { lockMillis: 50, attempts: 2 })).rejects.toThrow(MigrationWaited);
  expect(await indexes()).toEqual([
    { name: 'evaluation.judgement_by_conditions', valid: false },
    { name: 'evaluation.judgement_by_policy_set', valid: true },
  ]);
  await writer.query('ROLLBACK');
  expect(await migrate(other.ownerUrl)).toEqual(byTime.slice(until));
  expect(await indexes()).toEqual([{ name: 'evaluation.judgement_by_conditions', valid: true }]);
  await writer.end();
  await other.drop();
});

test('of several that migrate at once one does it, and none waits for another in vain', async () => {
  const other = await createTestDatabase();
  const done = await Promise.all([1, 2, 3].map(() => migrate(other.ownerUrl)));
  expect(done.flat()).toEqual(byTime);
  await other.drop();
});
