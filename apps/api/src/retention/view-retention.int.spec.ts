import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { createApiDatabase, startApi, type ApiDatabase } from '../testing/api-for-tests.js';
import { appendDecisions } from '../testing/decisions-for-tests.js';
import { readPosition } from '../follow-log/follow-log.js';
import { rebuildReadModels } from '../follow-log/rebuild-read-models.js';

const WITHIN = { timeout: 30_000, interval: 50 };

let database: ApiDatabase;
beforeAll(async () => {
  database = await createApiDatabase();
});
afterAll(() => database.drop());

const now = new Date('2026-06-20T12:00:00.000Z');
const start = (decisionViewDays?: number) =>
  startApi(database, { clock: () => now, ...(decisionViewDays !== undefined && { decisionViewDays }) });

test('decisions that are older than DECISION_VIEW_DAYS leave the lists; they are told by their id, and packages stay as they are', async () => {
  const decisions = [
    { name: 'old', decidedAt: '2026-06-10T11:59:59.000Z' },
    { name: 'young', decidedAt: '2026-06-10T12:00:00.000Z' },
  ];
  await appendDecisions(database.store, 'evaluation/0', decisions);
  const without = await start();
  await vi.waitFor(async () => expect(await readPosition(database.pool, 'evaluation/0')).toBe(2), WITHIN);
  expect(await without.get('/v1/decisions')).toMatchObject({ body: { decisions: [{}, {}] } });
  await without.close();

  const api = await start(10);
  const listed = async () =>
    ((await api.get('/v1/decisions')).body as { decisions: { id: string }[] }).decisions.map(({ id }) => id);
  await vi.waitFor(async () => expect(await listed()).toEqual(['evaluation-0-1']), WITHIN);
  expect(await api.get('/v1/decisions/evaluation-0-0')).toMatchObject({ status: 200 });
  expect(await api.get('/v1/verdict?purl=pkg:npm/old@1.0.0&repository=npm-dev')).toMatchObject({
    status: 200,
    body: { allowed: true },
  });
  await api.close();

  await rebuildReadModels({ pool: database.pool, eventStore: database.store });
  const { rows } = await database.pool.query('SELECT id FROM api.decision_view ORDER BY id');
  expect(rows, 'nothing was lost').toHaveLength(2);
});
