import type { DecisionPage } from '@weir/contracts';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { createApiDatabase, startApi, type ApiDatabase, type TestApi } from '../testing/api-for-tests.js';
import { appendDecisions } from '../testing/decisions-for-tests.js';

let database: ApiDatabase;
let api: TestApi;
beforeAll(async () => {
  database = await createApiDatabase();
  for (const shard of ['evaluation/0', 'evaluation/1'])
    await appendDecisions(
      database.store,
      shard,
      Array.from({ length: 25 }, (_, i) => ({
        name: `${shard.at(-1) ?? ''}-${i}`,
        decidedAt: `2026-06-14T09:00:${i % 2 ? '01' : '02'}.000Z`,
      })),
    );
  api = await startApi(database, { clock: () => new Date('2026-06-14T12:00:00.000Z') });
  await vi.waitFor(async () => expect((await api.get('/v1/summary')).body).toMatchObject({ packages: { total: 50 } }), {
    timeout: 30_000,
  });
});
afterAll(async () => {
  await api.close();
  await database.drop();
});

/** The ids of every page, as they come. */
const pageByPage = async (path: string): Promise<readonly string[]> => {
  const ids: string[] = [];
  for (let cursor: string | null = ''; cursor !== null;) {
    const page = (await api.get(`${path}${cursor ? `&cursor=${cursor}` : ''}`)).body as DecisionPage;
    ids.push(...page.decisions.map(({ id }) => id));
    cursor = page.nextCursor;
  }
  return ids;
};

test('are found by environment and by when they were made', async () => {
  const ids = async (query: string) =>
    ((await api.get(`/v1/decisions?limit=100&${query}`)).body as DecisionPage).decisions.map(({ id }) => id);
  expect(await ids('environment=production')).toEqual([]);
  expect(await ids('environment=development')).toHaveLength(50);
  expect(await ids('since=2026-06-14T09:00:02Z')).toHaveLength(26);
  expect(await ids('until=2026-06-14T11:00:02%2B02:00')).toHaveLength(24);
  expect(await ids('since=9999-12-31T00:00:00Z')).toEqual([]);
  expect(await ids('until=0001-01-01T00:00:00Z')).toEqual([]);
});

test('of one instant the last recorded comes first: 11 before 9, on every page', async () => {
  const { decisions } = (await api.get('/v1/decisions?limit=100')).body as DecisionPage;
  const order = await pageByPage('/v1/decisions?limit=3');
  const at = new Map(decisions.map(({ id, decidedAt }) => [id, decidedAt]));
  const placed = order.map((id) => ({ id, at: at.get(id) ?? '', position: Number(id.split('-').at(-1)) }));
  for (const [index, { at: instant, position }] of placed.slice(0, -1).entries()) {
    const next = placed[index + 1];
    if (next?.at === instant) expect(position).toBeGreaterThanOrEqual(next.position);
    else expect(instant > (next?.at ?? '')).toBe(true);
  }
  const together = Map.groupBy(placed, ({ at: instant }) => instant).values();
  expect(
    [...together].some(
      (all) => all.some(({ position }) => position === 9) && all.some(({ position }) => position === 11),
    ),
  ).toBe(true);
});

test.each(['evaluation-0-0', 'evaluation-0-0/facts'])('%s never changes, and who has it is told so', async (path) => {
  const first = await fetch(`${api.url}/v1/decisions/${path}`);
  const etag = first.headers.get('etag') ?? '';
  expect([first.status, etag, first.headers.get('cache-control')]).toEqual([
    200,
    expect.stringMatching(/^"sha256:[0-9a-f]{64}"$/) as string,
    'private, max-age=31536000, immutable',
  ]);
  const again = await fetch(`${api.url}/v1/decisions/${path}`, { headers: { 'if-none-match': `"x", W/${etag}` } });
  expect([again.status, await again.text()]).toEqual([304, '']);
  const other = await fetch(`${api.url}/v1/decisions/${path}`, { headers: { 'if-none-match': '"x"' } });
  expect(other.status).toBe(200);
});
