import pg from 'pg';
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { allMigrations } from '../../apps/weir/src/compose/migrate-database.js';
import { createTestDatabase, type TestDatabase } from '../testing/test-database.js';
import { BEFORE_THE_RULES } from './accepted-findings.js';
import { holdsUp, tryMigrations } from './try-migrations.js';

/** Locks and what is touched under them do not depend on how many; `npm run migrations` tells the time that a million take. */
const ROWS = 100_000;
const PATIENCE = 600_000;

let database: TestDatabase;
let client: pg.Client;
beforeEach(async () => {
  database = await createTestDatabase();
  client = new pg.Client({ connectionString: database.ownerUrl });
  await client.connect();
});
afterEach(async () => {
  await client.end();
  await database.drop();
});

const all = allMigrations.map((Migration) => new Migration());

test(
  'no migration holds up the services while it goes through a table that grows',
  async () => {
    const tried = await tryMigrations(client, all, ROWS);
    const offending = tried.filter(({ tables }) => tables.some(holdsUp)).map(({ name }) => name);
    expect(offending, 'npm run migrations tells which tables').toEqual(BEFORE_THE_RULES);
    expect(tried).toHaveLength(all.length);
  },
  PATIENCE,
);

const migration = (text: string): MigrationInterface & { readonly name: string } => ({
  name: 'Changed1800000000000',
  up: async (runner: QueryRunner) => {
    await runner.query(text);
  },
  down: async () => undefined,
});
const judgements = all.filter(({ name }) => name.startsWith('AddJudgements'));

describe('a migration is found to hold up the services', () => {
  test.each([
    ['ALTER TABLE evaluation.judgement ADD COLUMN since timestamptz DEFAULT clock_timestamp()', 'AccessExclusiveLock'],
    ['ALTER TABLE evaluation.judgement ALTER COLUMN sequence TYPE numeric', 'AccessExclusiveLock'],
    ['ALTER TABLE evaluation.judgement ALTER COLUMN facts_digest SET NOT NULL', 'AccessExclusiveLock'],
    ['ALTER TABLE evaluation.judgement ADD CONSTRAINT named CHECK (length(shard) < 100)', 'AccessExclusiveLock'],
    ['CREATE INDEX by_sequence ON evaluation.judgement (sequence)', 'ShareLock'],
    [
      'ALTER TABLE evaluation.judgement ADD COLUMN a text; UPDATE evaluation.judgement SET a = shard',
      'AccessExclusiveLock',
    ],
  ])('%s', async (text, lock) => {
    const [, changed] = await tryMigrations(client, [...judgements, migration(text)], 100);
    const found = changed?.tables.filter(holdsUp) ?? [];
    expect(found.map((one) => [one.table, one.lock])).toEqual([['evaluation.judgement', lock]]);
  });
});

describe('a migration holds up nobody', () => {
  test.each([
    ['ALTER TABLE evaluation.judgement ADD COLUMN since timestamptz DEFAULT now()'],
    ['ALTER TABLE evaluation.judgement ADD CONSTRAINT named CHECK (length(shard) < 100) NOT VALID'],
    ['UPDATE evaluation.judgement SET look_at = now()'],
    ['CREATE TABLE evaluation.other AS SELECT package_key FROM evaluation.judgement'],
  ])('%s', async (text) => {
    const [, changed] = await tryMigrations(client, [...judgements, migration(text)], 100);
    expect(changed?.tables.filter(holdsUp)).toEqual([]);
  });
});
