import { eventStoreMigrations } from '@weir/event-store';
import { expect, test } from 'vitest';
import { migrateTestDatabase, undoLastMigration } from '../../../../tools/testing/migrate-test-database.js';
import { createTestDatabase } from '../../../../tools/testing/test-database.js';
import { openTestPool } from '../../../../tools/testing/test-pool.js';
import { enrichmentMigrations } from '../enrichment-migrations.js';

const NAME = 'QueueRenamedFormats1796072400000';
const upToHere = enrichmentMigrations.slice(0, enrichmentMigrations.findIndex(({ name }) => name === NAME) + 1);

test('packages whose format has another name now are looked at again, and no others', async () => {
  const database = await createTestDatabase();
  const owner = openTestPool(database.ownerUrl, 1);
  try {
    const migrations = [...eventStoreMigrations, ...upToHere];
    await migrateTestDatabase(database, migrations);
    await undoLastMigration(database, migrations);
    await owner.query(
      `INSERT INTO intelligence.inventory (package_key, workspace, package_name, repository, package, presence, first_seen_at, observed_at, sequence)
       SELECT 'default/r/' || purl, 'default', purl, '{}', '{}', presence, now(), now(), 1
         FROM (VALUES ('pkg:gem/rails@7', 'present'), ('pkg:oci/a@sha256:0a', 'present'), ('pkg:gem/gone@1', 'deleted'),
                      ('pkg:npm/gem@1', 'present'), ('pkg:docker/oci/pub@1', 'present')) AS p (purl, presence)`,
    );
    await migrateTestDatabase(database, migrations);
    const { rows } = await owner.query<{ key: string }>(
      'SELECT package_key AS key FROM intelligence.pending_reassessment ORDER BY 1',
    );
    expect(rows.map(({ key }) => key)).toEqual(['default/r/pkg:gem/rails@7', 'default/r/pkg:oci/a@sha256:0a']);
  } finally {
    await owner.end();
    await database.drop();
  }
});
