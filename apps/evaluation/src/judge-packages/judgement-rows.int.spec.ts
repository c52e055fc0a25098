import pg from 'pg';
import { inTransaction, Retryable } from '@weir/postgres';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { migrateTestDatabase, undoLastMigration } from '../../../../tools/testing/migrate-test-database.js';
import { createTestDatabase, type TestDatabase } from '../../../../tools/testing/test-database.js';
import { evaluationMigrations } from '../evaluation-migrations.js';
import { keysOf, readJudgements, writeJudgements, type JudgementRow } from './judgements.js';

let database: TestDatabase;
let pool: pg.Pool;
beforeAll(async () => {
  database = await createTestDatabase();
  pool = new pg.Pool({ connectionString: database.ownerUrl });
});
afterAll(async () => {
  await pool.end();
  await database.drop();
});

const repository = { name: 'npm-"production"', format: 'npm', environment: 'production' as const, team: null, region: null };
const named = { purl: 'pkg:npm/lodash@4.17.20', type: 'npm' as const, namespace: null, name: 'lodash', version: '4.17.20', digest: null };
const desired = { state: 'quarantined' as const, tags: ['a, "b"\\'], promotion: 'blocked' as const, because: [{ policyId: 'epss', name: 'EPSS', revision: 1, asks: 'quarantined' }] };
const unjudged = { repository, package: named, desired: null, claiming: [], matching: [] };

const insertAsBefore = (key: string, desiredBefore: object | null, policies: readonly string[]) =>
  pool.query(
    `INSERT INTO evaluation.judgement (package_key, shard, workspace, repository, package, presence, sequence, desired, claiming, matching)
     VALUES ($1, 'evaluation/0', 'acme', $2, $3, 'present', 7, $4, $5, $5)`,
    [key, repository, named, desiredBefore, policies],
  );

test('what was judged before details were one text is known afterwards, and again when the migration is taken back', async () => {
  await migrateTestDatabase(database, evaluationMigrations.slice(0, 2));
  await insertAsBefore('judged', desired, ['epss', 'o"ther']);
  await insertAsBefore('unjudged', null, []);
  const { rows: before } = await pool.query('SELECT repository, package, desired, claiming, matching FROM evaluation.judgement ORDER BY package_key');

  await migrateTestDatabase(database, evaluationMigrations.slice(0, 3));
  const rows = await readJudgements(pool, ['judged', 'unjudged']);
  expect(rows.get('judged')).toMatchObject({ key: 'judged', sequence: 7, repository, package: named, desired, claiming: ['epss', 'o"ther'], matching: ['epss', 'o"ther'] } satisfies Partial<JudgementRow>);
  expect(rows.get('unjudged')).toMatchObject(unjudged);

  await undoLastMigration(database, evaluationMigrations.slice(0, 3));
  const { rows: after } = await pool.query('SELECT repository, package, desired, claiming, matching FROM evaluation.judgement ORDER BY package_key');
  expect(after).toEqual(before);
});

test('a package that somebody else judged first is a reason to try again, and nothing of the batch is written', async () => {
  await migrateTestDatabase(database, evaluationMigrations);
  const row = (key: string, sequence: number): JudgementRow => ({ ...unjudged, key, shard: 'evaluation/0', workspace: 'acme', presence: 'present', factsDigest: null, sequence, policySetDigest: null, lookAt: null, originTraceparent: null });
  const write = (rows: readonly JudgementRow[], known: ReadonlySet<string>) => inTransaction(pool, (client) => writeJudgements(client, rows, known));
  await write([row('taken', 1)], new Set());
  await expect(write([row('free', 1), row('taken', 2)], new Set())).rejects.toBeInstanceOf(Retryable);
  expect([...(await readJudgements(pool, ['taken', 'free'])).values()]).toMatchObject([{ key: 'taken', sequence: 1 }]);
  await write([row('free', 1), row('taken', 2), row('taken', 3)], keysOf([row('taken', 1)]));
  const after = await readJudgements(pool, ['taken', 'free']);
  expect([after.get('taken')?.sequence, after.get('free')?.sequence]).toEqual([3, 1]);
});
