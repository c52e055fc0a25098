import { eventStoreMigrations } from '@weir/event-store';
import type pg from 'pg';
import { expect, test } from 'vitest';
import { migrateTestDatabase, undoLastMigration } from '../../../../tools/testing/migrate-test-database.js';
import { createTestDatabase } from '../../../../tools/testing/test-database.js';
import { openTestPool } from '../../../../tools/testing/test-pool.js';
import { enrichmentMigrations } from '../enrichment-migrations.js';

const upToHere = enrichmentMigrations.slice(
  0,
  enrichmentMigrations.findIndex(({ name }) => name === 'HoldFilesBack1796061600000') + 1,
);

const LOAD = `INSERT INTO intelligence.feed_load
    (feed, revision, source, loaded_at, records, added, changed, removed, skipped, affected_packages)
  VALUES ('kev', '1', 'file', now(), 1, 1, 0, 0, 0, 0) RETURNING id::int`;
const HELD_BACK = `INSERT INTO intelligence.feed_held_back
    (feed, revision, source, digest, as_of, held_at, records, added, changed, removed, skipped, absent, lowered, reason)
  VALUES ('kev', '2', 'file', 'sha256:1', '2026-08-05', now(), 1, 0, 0, 0, 0, 9, 0, 'it leaves out 9') RETURNING id::int`;

const idOf = async (pool: pg.Pool, statement: string): Promise<number> =>
  (await pool.query<{ id: number }>(statement)).rows[0]?.id ?? 0;

test('loads and files that are held back are numbered in one order, also by an enrichment of the version before, and it can be taken back', async () => {
  const database = await createTestDatabase();
  const service = openTestPool(database.serviceUrl, 1);
  try {
    const migrations = [...eventStoreMigrations, ...upToHere];
    await migrateTestDatabase(database, migrations);
    const ids = [await idOf(service, LOAD), await idOf(service, HELD_BACK), await idOf(service, LOAD)];
    expect(ids).toEqual([1, 2, 3]);
    await undoLastMigration(database, migrations);
    expect(await idOf(service, LOAD)).toBe(4);
    await migrateTestDatabase(database, migrations);
    expect(await idOf(service, HELD_BACK)).toBe(5);
  } finally {
    await service.end();
    await database.drop();
  }
});
