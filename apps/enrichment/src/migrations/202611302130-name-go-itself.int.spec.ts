import { expect, test } from 'vitest';
import { onMigration } from '../../../../tools/testing/on-migration.js';
import { enrichmentMigrations } from '../enrichment-migrations.js';

test("parts of Go that are known get the names of Go's advisories and are looked at again, and no others", () =>
  onMigration(enrichmentMigrations, 'NameGoItself1796074200000', async ({ owner, undo, apply }) => {
    await undo();
    await owner.query(
      `INSERT INTO intelligence.inventory (package_key, workspace, ecosystem, package_name, repository, package, presence, first_seen_at, observed_at, sequence)
       SELECT 'default/r/' || purl, 'default', ecosystem, name, '{}', '{}', presence, now(), now(), 1
         FROM (VALUES ('pkg:golang/std@1.21.0', 'Go', 'std', 'present'), ('pkg:golang/std@1.20.0', 'Go', 'std', 'deleted'),
                      ('pkg:golang/cmd@1.21.0', 'Go', 'cmd', 'present'), ('pkg:golang/stdlib@1.21.0', 'Go', 'stdlib', 'present'),
                      ('pkg:npm/std@1', 'npm', 'std', 'present'), ('pkg:deb/debian/go@1', NULL, 'go', 'present')) AS p (purl, ecosystem, name, presence)`,
    );
    await apply();
    const names = await owner.query<{ key: string; name: string }>(
      `SELECT package_key AS key, package_name AS name FROM intelligence.inventory`,
    );
    expect(Object.fromEntries(names.rows.map(({ key, name }) => [key.replace('default/r/pkg:', ''), name]))).toEqual({
      'golang/std@1.21.0': 'stdlib',
      'golang/std@1.20.0': 'stdlib',
      'golang/cmd@1.21.0': 'toolchain',
      'golang/stdlib@1.21.0': 'stdlib',
      'npm/std@1': 'std',
      'deb/debian/go@1': 'go',
    });
    const { rows } = await owner.query<{ key: string }>(
      'SELECT package_key AS key FROM intelligence.pending_reassessment ORDER BY 1',
    );
    expect(rows.map(({ key }) => key)).toEqual(['default/r/pkg:golang/cmd@1.21.0', 'default/r/pkg:golang/std@1.21.0']);
  }));
