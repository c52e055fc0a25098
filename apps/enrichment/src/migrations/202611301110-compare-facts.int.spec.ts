import { eventStoreMigrations } from '@weir/event-store';
import { expect, test } from 'vitest';
import { migrateTestDatabase, undoLastMigration } from '../../../../tools/testing/migrate-test-database.js';
import { createTestDatabase } from '../../../../tools/testing/test-database.js';
import { openTestPool } from '../../../../tools/testing/test-pool.js';
import { enrichmentMigrations } from '../enrichment-migrations.js';

const upToHere = enrichmentMigrations.slice(
  0,
  enrichmentMigrations.findIndex(({ name }) => name === 'CompareFacts1796037000000') + 1,
);

const NOW = `INSERT INTO intelligence.pending_reassessment (package_key, feed, revision, because, queued_at)
  VALUES ('key', 'osv', '1', '{}', now())`;
const BEFORE = `INSERT INTO intelligence.pending_reassessment
    (package_key, feed, revision, changed, because, knowledge_digest, queued_at)
  VALUES ('key', 'osv', '1', '{epss}', '{}', 'sha256:1', now())`;

test('an enrichment of the version before queues beside this one, and it can be taken back and applied again', async () => {
  const database = await createTestDatabase();
  const owner = openTestPool(database.ownerUrl, 1);
  try {
    const migrations = [...eventStoreMigrations, ...upToHere];
    await migrateTestDatabase(database, migrations);
    await owner.query(NOW);
    await owner.query(BEFORE);
    await undoLastMigration(database, migrations);
    await owner.query(BEFORE);
    await expect(owner.query(NOW)).rejects.toThrow('"changed"');
    await migrateTestDatabase(database, migrations);
    await owner.query(NOW);
  } finally {
    await owner.end();
    await database.drop();
  }
});
