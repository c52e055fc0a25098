import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { createApiDatabase, type ApiDatabase } from '../testing/api-for-tests.js';
import { appendDecisions, type TestDecision } from '../testing/decisions-for-tests.js';
import { followLog, readPosition } from './follow-log.js';
import { rebuildReadModels } from './rebuild-read-models.js';

let database: ApiDatabase;
beforeAll(async () => {
  database = await createApiDatabase();
});
afterAll(() => database.drop());

let stop = new AbortController();
const running: Promise<void>[] = [];
afterEach(async () => {
  stop.abort();
  await Promise.all(running.splice(0));
  stop = new AbortController();
});

const startFollower = (): number[] => {
  const visible: number[] = [];
  const ports = { pool: database.pool, eventStore: database.store };
  running.push(followLog(ports, (events) => visible.push(...events.map(({ position }) => position)), stop.signal));
  return visible;
};
const caughtUp = (shard: string, size: number) =>
  vi.waitFor(async () => expect(await readPosition(database.pool, shard)).toBe(size), { timeout: 30_000 });
const contents = async () => {
  const tables = ['package_view', 'decision_view', 'decision_hour', 'effect_view'];
  const dumps = await Promise.all(
    tables.map((table) =>
      database.pool.query<{ row: string }>(`SELECT t::text AS row FROM api.${table} AS t ORDER BY 1`),
    ),
  );
  return dumps.map(({ rows }) => rows.map(({ row }) => row));
};
/** Every package belongs to one shard, here named after it. */
const numbered = (from: number, count: number, shard = 0): TestDecision[] =>
  Array.from({ length: count }, (_, i) => ({
    name: `pad-${shard}-${(from + i) % 7}`,
    decidedAt: `2026-06-14T10:00:${String((from + i) % 60).padStart(2, '0')}.000Z`,
    before: { state: 'available', tags: [] },
    state: i % 2 ? 'quarantined' : 'available',
  }));

test('two followers of the same shards, started and stopped at will, count every decision once', async () => {
  for (let round = 0; round < 5; round += 1) {
    startFollower();
    startFollower();
    await Promise.all([
      appendDecisions(database.store, 'evaluation/0', numbered(round * 40, 40)),
      appendDecisions(database.store, 'evaluation/1', numbered(round * 40, 40, 1)),
    ]);
    if (round % 2) await sleep(30);
    stop.abort();
    await Promise.all(running.splice(0));
    stop = new AbortController();
  }
  startFollower();
  await Promise.all([caughtUp('evaluation/0', 200), caughtUp('evaluation/1', 200)]);
  const { rows } = await database.pool.query(
    'SELECT count(*)::int AS decisions, count(DISTINCT id)::int AS distinct FROM api.decision_view',
  );
  expect(rows).toEqual([{ decisions: 400, distinct: 400 }]);
  const { rows: hours } = await database.pool.query('SELECT sum(decisions)::int AS decisions FROM api.decision_hour');
  expect(hours).toEqual([{ decisions: 400 }]);
});

test('effects are followed from their request to their last attempt', async () => {
  startFollower();
  const writer = await database.store.openShard('action/0');
  const event = (type: string, data: object) => ({
    type,
    version: 1,
    subject: 'default/npm-dev/pkg:npm/pad-0-1@1.0.0',
    data,
    occurredAt: '2026-06-14T11:00:00.000Z',
  });
  const delivery = { effectId: 'e-1', endpoint: 'chat', attempt: 1 };
  const request = {
    effectId: 'e-1',
    packageKey: 'default/npm-dev/pkg:npm/pad-0-1@1.0.0',
    decisionId: 'evaluation-0-1',
    kind: 'quarantined',
    deliverTo: ['chat', 'siem'],
    requestedAt: '2026-06-14T11:00:00.000Z',
  };
  await writer.append({
    events: [
      event('EffectRequested', request),
      event('EffectAttemptFailed', {
        ...delivery,
        reason: '503',
        failedAt: '2026-06-14T11:00:01.000Z',
        nextAttemptAt: null,
      }),
    ],
  });
  await caughtUp('action/0', 2);
  await writer.append({
    events: [
      event('EffectDelivered', { ...delivery, attempt: 2, answer: '204', deliveredAt: '2026-06-14T11:00:05.000Z' }),
    ],
  });
  await caughtUp('action/0', 3);
  const { rows } = await database.pool.query("SELECT deliveries FROM api.effect_view WHERE effect_id = 'e-1'");
  expect(rows).toMatchObject([
    { deliveries: { chat: { status: 'delivered', attempts: 2, detail: '204' }, siem: { status: 'pending' } } },
  ]);
});

test('rebuilding from the log gives the very same rows, also while others follow and decisions come in', async () => {
  const before = await contents();
  expect(await rebuildReadModels({ pool: database.pool, eventStore: database.store })).toBe(403);
  expect(await contents()).toEqual(before);

  startFollower();
  startFollower();
  const appended = appendDecisions(database.store, 'evaluation/0', numbered(0, 300));
  await rebuildReadModels({ pool: database.pool, eventStore: database.store });
  await appended;
  await caughtUp('evaluation/0', 500);
  const live = await contents();
  await rebuildReadModels({ pool: database.pool, eventStore: database.store });
  expect(await contents()).toEqual(live);
  const { rows } = await database.pool.query('SELECT count(*)::int AS decisions FROM api.decision_view');
  expect(rows).toEqual([{ decisions: 700 }]);
});

test('a package that is there although its decision knows of none before is brought up to it', async () => {
  startFollower();
  for (const state of ['available', 'quarantined'] as const) {
    const [event] = await appendDecisions(database.store, 'evaluation/4', [
      { name: 'again', state },
      { name: `beside-${state}` },
    ]);
    await caughtUp('evaluation/4', (event?.position ?? 0) + 2);
  }
  const { rows } = await database.pool.query(
    "SELECT name, state FROM api.package_view WHERE name = 'again' OR name LIKE 'beside-%' ORDER BY name",
  );
  expect(rows).toEqual([
    { name: 'again', state: 'quarantined' },
    { name: 'beside-available', state: 'available' },
    { name: 'beside-quarantined', state: 'available' },
  ]);
});

test('what is told as visible can be read already', async () => {
  const visible = startFollower();
  await appendDecisions(database.store, 'evaluation/2', [{ name: 'seen' }]);
  await vi.waitFor(() => expect(visible).toContain(0), { timeout: 30_000 });
  const { rowCount } = await database.pool.query("SELECT 1 FROM api.decision_view WHERE id = 'evaluation-2-0'");
  expect(rowCount).toBe(1);
});

test('tags and reasons come back as they were, whatever characters they hold', async () => {
  startFollower();
  const tags = ['a, "b"', '{c}\\', 'NULL', ''];
  await appendDecisions(database.store, 'evaluation/3', [
    { name: 'odd', state: 'quarantined', tags, before: { state: 'available', tags }, reasons: ['\\"x\\" {"y": 1}\n'] },
  ]);
  await caughtUp('evaluation/3', 1);
  const { rows } = await database.pool.query(
    "SELECT p.tags, p.details::jsonb AS package, d.details::jsonb AS decision FROM api.package_view p JOIN api.decision_view d ON d.id = p.details::jsonb #>> '{decision,id}' WHERE p.name = 'odd'",
  );
  expect(rows).toMatchObject([
    {
      tags,
      decision: { tags, before: { state: 'available', tags } },
      package: { reasons: [{ reasons: ['\\"x\\" {"y": 1}\n'] }] },
    },
  ]);
});
