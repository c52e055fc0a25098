import { eventCatalog } from '@weir/domain';
import { openEventStore } from '@weir/event-store';
import type pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { migrateTestDatabase, undoLastMigration } from '../../../../tools/testing/migrate-test-database.js';
import { createTestDatabase, type TestDatabase } from '../../../../tools/testing/test-database.js';
import { openTestPool } from '../../../../tools/testing/test-pool.js';
import { apiMigrations } from '../api-migrations.js';
import { listDecisions } from '../decisions/list-decisions.js';
import { listPackages } from '../package-view/list-packages.js';

let database: TestDatabase;
let pool: pg.Pool;
beforeAll(async () => {
  database = await createTestDatabase();
  pool = openTestPool(database.ownerUrl);
});
afterAll(async () => {
  await pool.end();
  await database.drop();
});

const at = '2026-06-14T10:00:00.000Z';
const purl = 'pkg:npm/lodash@4.17.20';
const reasons = [
  { policyId: 'epss', policy: 'EPSS "over" 0.2', revision: 1, asks: ['quarantined'], reasons: ['a\\b'], error: null },
];

const insertAsBefore = async (): Promise<void> => {
  await pool.query(
    `INSERT INTO api.package_view (package_key, workspace, repository, environment, format, team, purl, name, version, presence, state, tags, promotion, reasons, decision_id, decided_at, cause_kind)
     VALUES ($1, 'acme', 'npm-dev', 'development', 'npm', NULL, $2, 'lodash', '4.17.20', 'present', 'quarantined', $3, 'blocked', $4, 'evaluation-0-7', $5, 'feed')`,
    [`acme/npm-dev/${purl}`, purl, ['a, "b"'], JSON.stringify(reasons), at],
  );
  const decision = (id: string, before: object | null) =>
    pool.query(
      `INSERT INTO api.decision_view (id, workspace, repository, purl, decided_at, cause_kind, cause_detail, before, state, tags, changed, matched, errored, facts_digest, policy_set_digest)
       VALUES ($1, 'acme', 'npm-dev', $2, $3, 'feed', 'epss: "x"', $4, 'quarantined', $5, true, '[]', '[]', NULL, 'sha256:set')`,
      [id, purl, at, before, ['a, "b"']],
    );
  await decision('evaluation-0-7', { state: 'available', tags: ['c'] });
  await decision('evaluation-0-6', null);
};

const rowsOf = async (): Promise<unknown> => {
  const { rows: packages } = await pool.query<object>('SELECT * FROM api.package_view');
  const { rows: decisions } = await pool.query<object>('SELECT * FROM api.decision_view ORDER BY id');
  return { packages, decisions };
};

test('what the read models held before details were one text is shown afterwards, and again when the migration is taken back', async () => {
  await migrateTestDatabase(database, apiMigrations.slice(0, 2));
  await insertAsBefore();
  const before = await rowsOf();

  await migrateTestDatabase(database, apiMigrations.slice(0, 3));
  const { packages } = await listPackages(pool, { limit: 10, sort: 'name' });
  expect(packages).toEqual([
    {
      purl,
      name: 'lodash',
      version: '4.17.20',
      workspace: 'acme',
      repository: 'npm-dev',
      environment: 'development',
      format: 'npm',
      team: null,
      presence: 'present',
      state: 'quarantined',
      tags: ['a, "b"'],
      promotion: 'blocked',
      reasons,
      decision: { id: 'evaluation-0-7', decidedAt: at, cause: 'feed' },
      changedAt: at,
    },
  ]);
  const { decisions } = await listDecisions({ pool, eventStore: openEventStore(pool, eventCatalog) }, { limit: 10 });
  const same = {
    workspace: 'acme',
    repository: 'npm-dev',
    purl,
    decidedAt: at,
    cause: { kind: 'feed', detail: 'epss: "x"' },
    after: { state: 'quarantined', tags: ['a, "b"'] },
    changed: true,
    matched: [],
    errored: [],
    factsDigest: null,
    policySetDigest: 'sha256:set',
  };
  expect(decisions).toEqual([
    { id: 'evaluation-0-7', before: { state: 'available', tags: ['c'] }, ...same },
    { id: 'evaluation-0-6', before: null, ...same },
  ]);

  await undoLastMigration(database, apiMigrations.slice(0, 3));
  expect(await rowsOf()).toEqual(before);
});
