import { expect, test } from 'vitest';
import { onMigration } from '../../../../tools/testing/on-migration.js';
import { enrichmentMigrations } from '../enrichment-migrations.js';

test('packages whose format has another name now are looked at again, and no others', () =>
  onMigration(enrichmentMigrations, 'QueueRenamedFormats1796072400000', async ({ owner, undo, apply }) => {
    await undo();
    await owner.query(
      `INSERT INTO intelligence.inventory (package_key, workspace, package_name, repository, package, presence, first_seen_at, observed_at, sequence)
       SELECT 'default/r/' || purl, 'default', purl, '{}', '{}', presence, now(), now(), 1
         FROM (VALUES ('pkg:gem/rails@7', 'present'), ('pkg:oci/a@sha256:0a', 'present'), ('pkg:gem/gone@1', 'deleted'),
                      ('pkg:npm/gem@1', 'present'), ('pkg:docker/oci/pub@1', 'present')) AS p (purl, presence)`,
    );
    await apply();
    const { rows } = await owner.query<{ key: string }>(
      'SELECT package_key AS key FROM intelligence.pending_reassessment ORDER BY 1',
    );
    expect(rows.map(({ key }) => key)).toEqual(['default/r/pkg:gem/rails@7', 'default/r/pkg:oci/a@sha256:0a']);
  }));
