import { eventCatalog } from '@weir/domain';
import { eventStoreMigrations, openEventStore } from '@weir/event-store';
import type pg from 'pg';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { migrateTestDatabase, undoLastMigration } from '../../../../tools/testing/migrate-test-database.js';
import { createTestDatabase, type TestDatabase } from '../../../../tools/testing/test-database.js';
import { openTestPool } from '../../../../tools/testing/test-pool.js';
import { enrichmentMigrations } from '../enrichment-migrations.js';

const upToHere = enrichmentMigrations.slice(
  0,
  enrichmentMigrations.findIndex(({ name }) => name === 'RecordObservations1796035200000') + 1,
);
const before = upToHere.slice(0, -1);

let database: TestDatabase;
let owner: pg.Pool;

beforeEach(async () => {
  database = await createTestDatabase();
  owner = openTestPool(database.ownerUrl, 2);
});

afterEach(async () => {
  await owner.end();
  await database.drop();
});

/** A decision as it was stored, in either order in which members were ever written, with what policies may say. */
const decided = (subject: string, cause: object, isOther = false) => {
  const [digest, instant] = [{ factsDigest: null }, { decidedAt: '2026-06-14T10:00:00.000Z' }];
  const said = ',"factsDigest": "cause":{"kind":"observation"} a\u0000b';
  return {
    type: 'DecisionRecorded',
    version: 3,
    subject,
    occurredAt: instant.decidedAt,
    data: {
      workspace: subject.split('/')[0],
      cause,
      ...(isOther ? { ...digest, ...instant } : { ...instant, ...digest }),
      results: [{ policyId: 'p', revision: 1, output: JSON.stringify({ said }), said }],
    },
  };
};

const observed = (subject: string, id: string, source = '/registry', isOther = false) =>
  decided(
    subject,
    { kind: 'observation', observation: { id, source, kind: 'published', actor: '}},"factsDigest":' } },
    isOther,
  );

const ledger = async (): Promise<readonly unknown[]> =>
  (
    await owner.query<object>(
      `SELECT workspace, source, id, package_key, ordinal, sequence, observed, state
         FROM intelligence.observation ORDER BY package_key, ordinal`,
    )
  ).rows;

test('an installation of the version before gets names and order from its log, and not what was said', async () => {
  await migrateTestDatabase(database, [...eventStoreMigrations, ...before]);
  const store = openEventStore(owner, eventCatalog);
  const [first, second] = ['acme/npm/pkg:npm/a@1', 'default/npm/pkg:npm/b@1'];
  await (
    await store.openShard('evaluation/0')
  ).append({
    events: [
      observed(first, 'z'),
      decided(first, { kind: 'feed', feed: 'epss', revision: '1', changed: [], because: [] }),
      observed(first, 'a'),
      observed(first, 'a', '/other', true),
    ],
  });
  await (
    await store.openShard('evaluation/1')
  ).append({ events: [observed(second, 'a'), observed(second, 'b', '/registry', true)] });
  await (
    await store.openShard('policy/0')
  ).append({ events: [{ ...observed(first, 'not a decision'), type: 'PolicyRevised', version: 1 }] });
  await migrateTestDatabase(database, [...eventStoreMigrations, ...upToHere]);
  const unknown = { sequence: null, observed: null, state: null };
  expect(await ledger()).toEqual([
    { workspace: 'acme', source: '/registry', id: 'z', package_key: first, ordinal: 1, ...unknown },
    { workspace: 'acme', source: '/registry', id: 'a', package_key: first, ordinal: 2, ...unknown },
    { workspace: 'acme', source: '/other', id: 'a', package_key: first, ordinal: 3, ...unknown },
    { workspace: 'default', source: '/registry', id: 'a', package_key: second, ordinal: 1, ...unknown },
    { workspace: 'default', source: '/registry', id: 'b', package_key: second, ordinal: 2, ...unknown },
  ]);
});

test('it can be taken back and applied again, and needs no log', async () => {
  await migrateTestDatabase(database, upToHere);
  await undoLastMigration(database, upToHere);
  expect((await owner.query(`SELECT to_regclass('intelligence.observation') AS ledger`)).rows).toEqual([
    { ledger: null },
  ]);
  await migrateTestDatabase(database, upToHere);
  expect(await ledger()).toEqual([]);
});
