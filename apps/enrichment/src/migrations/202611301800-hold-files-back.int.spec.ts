import type pg from 'pg';
import { expect, test } from 'vitest';
import { onMigration } from '../../../../tools/testing/on-migration.js';
import { enrichmentMigrations } from '../enrichment-migrations.js';

const LOAD = `INSERT INTO intelligence.feed_load
    (feed, revision, source, loaded_at, records, added, changed, removed, skipped, affected_packages)
  VALUES ('kev', '1', 'file', now(), 1, 1, 0, 0, 0, 0) RETURNING id::int`;
const HELD_BACK = `INSERT INTO intelligence.feed_held_back
    (feed, revision, source, digest, as_of, held_at, records, added, changed, removed, skipped, absent, lowered, reason)
  VALUES ('kev', '2', 'file', 'sha256:1', '2026-08-05', now(), 1, 0, 0, 0, 0, 9, 0, 'it leaves out 9') RETURNING id::int`;

const idOf = async (pool: pg.Pool, statement: string): Promise<number> =>
  (await pool.query<{ id: number }>(statement)).rows[0]?.id ?? 0;

test('loads and files that are held back are numbered in one order, also by an enrichment of the version before, and it can be taken back', () =>
  onMigration(enrichmentMigrations, 'HoldFilesBack1796061600000', async ({ service, undo, apply }) => {
    const ids = [await idOf(service, LOAD), await idOf(service, HELD_BACK), await idOf(service, LOAD)];
    expect(ids).toEqual([1, 2, 3]);
    await undo();
    expect(await idOf(service, LOAD)).toBe(4);
    await apply();
    expect(await idOf(service, HELD_BACK)).toBe(5);
  }));
