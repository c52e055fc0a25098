import { eventStoreMigrations } from '@weir/event-store';
import pg from 'pg';
import { expect, test } from 'vitest';
import { migrateTestDatabase, undoLastMigration } from '../../../../tools/testing/migrate-test-database.js';
import { createTestDatabase } from '../../../../tools/testing/test-database.js';
import { enrichmentMigrations } from '../enrichment-migrations.js';

const upToHere = enrichmentMigrations.slice(
  0,
  enrichmentMigrations.findIndex(({ name }) => name === 'CompareFacts1796037000000') + 1,
);

const COLUMNS = `SELECT table_name || '.' || column_name AS name FROM information_schema.columns
  WHERE table_schema = 'intelligence' AND table_name IN ('inventory', 'pending_reassessment')
    AND column_name IN ('knowledge_digest', 'changed') ORDER BY 1`;

test('it can be taken back with rows in the tables, and applied again', async () => {
  const database = await createTestDatabase();
  const owner = new pg.Pool({ connectionString: database.ownerUrl, max: 1 });
  const columns = async (): Promise<readonly string[]> =>
    (await owner.query<{ name: string }>(COLUMNS)).rows.map(({ name }) => name);
  try {
    const migrations = [...eventStoreMigrations, ...upToHere];
    await migrateTestDatabase(database, migrations);
    await owner.query(
      `INSERT INTO intelligence.pending_reassessment (package_key, feed, revision, because, queued_at)
       VALUES ('key', 'osv', '1', '{}', now())`,
    );
    expect(await columns()).toEqual([]);
    await undoLastMigration(database, migrations);
    expect(await columns()).toEqual([
      'inventory.knowledge_digest',
      'pending_reassessment.changed',
      'pending_reassessment.knowledge_digest',
    ]);
    await migrateTestDatabase(database, migrations);
    expect(await columns()).toEqual([]);
  } finally {
    await owner.end();
    await database.drop();
  }
});
