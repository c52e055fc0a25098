import type pg from 'pg';
import { inTransaction, Retryable } from '@weir/postgres';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { migrateTestDatabase, undoLastMigration } from '../../../../tools/testing/migrate-test-database.js';
import { createTestDatabase, type TestDatabase } from '../../../../tools/testing/test-database.js';
import { openTestPool } from '../../../../tools/testing/test-pool.js';
import { evaluationMigrations } from '../evaluation-migrations.js';
import { keysOf, readJudgements, writeJudgements, type JudgementRow } from './judgement-rows.js';

let database: TestDatabase;
let pool: pg.Pool;
beforeAll(async () => {
  database = await createTestDatabase();
  pool = openTestPool(database.ownerUrl);
  // A connection that is still closing when the database is dropped is told so.
  pool.on('error', () => undefined);
});
afterAll(async () => {
  await pool.end();
  await database.drop();
});

const repository = {
  name: 'npm-"production"',
  format: 'npm',
  environment: 'production' as const,
  team: null,
  region: null,
};
const named = {
  purl: 'pkg:npm/lodash@4.17.20',
  type: 'npm' as const,
  namespace: null,
  name: 'lodash',
  version: '4.17.20',
  digest: null,
};
const desired = {
  state: 'quarantined' as const,
  tags: ['a, "b"\\'],
  promotion: 'blocked' as const,
  because: [{ policyId: 'epss', name: 'EPSS', revision: 1, asks: 'quarantined' }],
};
const unjudged: JudgementRow = {
  key: '',
  shard: 'evaluation/0',
  workspace: 'acme',
  repository,
  package: named,
  presence: 'present',
  factsDigest: null,
  sequence: 0,
  policySetDigest: null,
  engineDigest: null,
  conditions: null,
  judgement: { kind: 'unjudged' },
  decidedAt: null,
  deadline: null,
  retryAt: null,
  isMoving: false,
  answered: null,
  originTraceparent: null,
};

const insertAsBefore = (key: string, desiredBefore: object | null, policies: readonly string[]) =>
  pool.query(
    `INSERT INTO evaluation.judgement (package_key, shard, workspace, repository, package, presence, sequence, desired, claiming, matching)
     VALUES ($1, 'evaluation/0', 'acme', $2, $3, 'present', 7, $4, $5, $5)`,
    [key, repository, named, desiredBefore, policies],
  );

test('what versions before judged is known afterwards, and again when the migrations are taken back', async () => {
  const [former, later] = [evaluationMigrations.slice(0, 2), evaluationMigrations.slice(2)];
  await migrateTestDatabase(database, former);
  await insertAsBefore('judged', desired, ['epss', 'o"ther']);
  await insertAsBefore('unjudged', null, []);
  const { rows: before } = await pool.query(
    'SELECT repository, package, desired, claiming, matching FROM evaluation.judgement ORDER BY package_key',
  );

  await migrateTestDatabase(database, evaluationMigrations);
  const rows = await readJudgements(pool, ['judged', 'unjudged']);
  const memory = { epss: { match: true, failures: 0 }, 'o"ther': { match: true, failures: 0 } };
  const judgement = {
    kind: 'judged' as const,
    presence: 'present' as const,
    factsDigest: null,
    basis: null,
    said: null,
    desired,
    memory,
  };
  expect(rows.get('judged')).toEqual({ ...unjudged, key: 'judged', sequence: 7, judgement });
  expect(rows.get('unjudged')).toEqual({ ...unjudged, key: 'unjudged', sequence: 7 });

  for (const count of later.keys())
    await undoLastMigration(database, evaluationMigrations.slice(0, evaluationMigrations.length - count));
  const { rows: after } = await pool.query(
    'SELECT repository, package, desired, claiming, matching FROM evaluation.judgement ORDER BY package_key',
  );
  expect(after).toEqual(before);
});

test('a row is read as it was written', async () => {
  await migrateTestDatabase(database, evaluationMigrations);
  const judgement = {
    kind: 'judged' as const,
    presence: 'present' as const,
    factsDigest: 'sha256:1',
    basis: 'sha256:2',
    said: 'sha256:3',
    desired,
    memory: { epss: { match: null, failures: 2 } },
  };
  const whole: JudgementRow = {
    ...unjudged,
    key: 'whole',
    factsDigest: 'sha256:1',
    sequence: 3,
    policySetDigest: 'sha256:4',
    engineDigest: 'sha256:5',
    conditions: 'sha256:6',
    judgement,
    decidedAt: '2026-08-02T09:00:00.001Z',
    deadline: '2026-08-02T09:00:05.002Z',
    retryAt: '2026-08-02T09:00:05.002Z',
    isMoving: true,
    answered: { upTo: 9, missing: [3, 7] },
    originTraceparent: '00-1',
  };
  const bare: JudgementRow = { ...unjudged, key: 'bare' };
  await inTransaction(pool, (client) => writeJudgements(client, [whole, bare], new Set()));
  const rows = await readJudgements(pool, ['whole', 'bare']);
  expect(rows.get('whole')).toEqual(whole);
  expect(rows.get('bare')).toEqual(bare);
});

test('a package that somebody else judged first is a reason to try again, and nothing of the batch is written', async () => {
  await migrateTestDatabase(database, evaluationMigrations);
  const row = (key: string, sequence: number): JudgementRow => ({ ...unjudged, key, sequence });
  const write = (rows: readonly JudgementRow[], known: ReadonlySet<string>) =>
    inTransaction(pool, (client) => writeJudgements(client, rows, known));
  await write([row('taken', 1)], new Set());
  await expect(write([row('free', 1), row('taken', 2)], new Set())).rejects.toBeInstanceOf(Retryable);
  expect([...(await readJudgements(pool, ['taken', 'free'])).values()]).toMatchObject([{ key: 'taken', sequence: 1 }]);
  await write([row('free', 1), row('taken', 2), row('taken', 3)], keysOf([row('taken', 1)]));
  const after = await readJudgements(pool, ['taken', 'free']);
  expect([after.get('taken')?.sequence, after.get('free')?.sequence]).toEqual([3, 1]);
});
