import type pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { migrateTestDatabase, undoLastMigration } from '../../../../tools/testing/migrate-test-database.js';
import { createTestDatabase, type TestDatabase } from '../../../../tools/testing/test-database.js';
import { openTestPool } from '../../../../tools/testing/test-pool.js';
import { actionMigrations } from '../action-migrations.js';
import { readFronts } from '../dispatch-effects/delivery-tables.js';
import { listEffects } from '../list-effects/list-effects.js';

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
const request = {
  effectId: 'e-1',
  packageKey: 'acme/npm-dev/pkg:npm/a@1.0.0',
  kind: 'quarantined',
  change: { tags: ['a, "b"'] },
  reasons: ['a\\b'],
  decisionId: 'evaluation-0-7',
  requestedAt: at,
};

test('effects that were asked for before requests were text are listed and delivered afterwards, and are there when the migration is taken back', async () => {
  await migrateTestDatabase(database, actionMigrations.slice(0, 2));
  await pool.query(
    `INSERT INTO action.effect (effect_id, shard, package_key, status, request) VALUES ('e-1', 'action/0', $1, 'pending', $2)`,
    [request.packageKey, JSON.stringify(request)],
  );
  await pool.query(
    `INSERT INTO action.delivery (effect_id, endpoint, sequence, shard, package_key, changes_state, status, attempts, requested_at, due_at) VALUES ('e-1', 'chat', 1, 'action/0', $1, true, 'pending', 0, $2, $2)`,
    [request.packageKey, at],
  );
  const { rows: before } = await pool.query<object>('SELECT * FROM action.effect');

  await migrateTestDatabase(database, actionMigrations.slice(0, 3));
  const { effectId, ...shown } = request;
  expect((await listEffects(pool, { limit: 10 })).effects).toMatchObject([{ effectId, status: 'pending', ...shown }]);
  expect(await readFronts(pool, 'action/0', 'chat', new Date(at), 10)).toMatchObject([{ effectId, effect: request }]);

  await undoLastMigration(database, actionMigrations.slice(0, 3));
  const { rows: after } = await pool.query<object>('SELECT * FROM action.effect');
  expect(after).toEqual(before);
});
