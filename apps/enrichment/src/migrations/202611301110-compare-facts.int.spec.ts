import { expect, test } from 'vitest';
import { onMigration } from '../../../../tools/testing/on-migration.js';
import { enrichmentMigrations } from '../enrichment-migrations.js';

const NOW = `INSERT INTO intelligence.pending_reassessment (package_key, feed, revision, because, queued_at)
  VALUES ('key', 'osv', '1', '{}', now())`;
const BEFORE = `INSERT INTO intelligence.pending_reassessment
    (package_key, feed, revision, changed, because, knowledge_digest, queued_at)
  VALUES ('key', 'osv', '1', '{epss}', '{}', 'sha256:1', now())`;

test('an enrichment of the version before queues beside this one, and it can be taken back and applied again', () =>
  onMigration(enrichmentMigrations, 'CompareFacts1796037000000', async ({ owner, undo, apply }) => {
    await owner.query(NOW);
    await owner.query(BEFORE);
    await undo();
    await owner.query(BEFORE);
    await expect(owner.query(NOW)).rejects.toThrow('"changed"');
    await apply();
    await owner.query(NOW);
  }));
