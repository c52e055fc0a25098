import { listPackagesQuerySchema, listDecisionsQuerySchema } from '@weir/contracts';
import { openLists, type Lists } from '@weir/service';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { decisionSlices } from '../decisions/list-decisions.js';
import { packageSlices } from '../package-view/list-packages.js';
import { createApiDatabase, startApi, type ApiDatabase, type TestApi } from '../testing/api-for-tests.js';
import { appendDecisions } from '../testing/decisions-for-tests.js';
import type { PageCursor } from './page-cursor.js';
import { searchInSlices, type Searched, type Slices } from './search-in-slices.js';

let database: ApiDatabase;
let api: TestApi;
let lists: Lists;
const logger = pino({ level: 'silent' });

beforeAll(async () => {
  database = await createApiDatabase();
  await appendDecisions(database.store, 'evaluation/0', [{ name: 'lodash' }, { name: 'other', state: 'quarantined' }]);
  lists = openLists({ databaseUrl: database.databaseUrl, name: 'test lists', logger, statementMillis: 200 });
  api = await startApi(database, { lists });
  await vi.waitFor(async () => expect((await api.get('/v1/summary')).body).toMatchObject({ packages: { total: 2 } }), {
    timeout: 30_000,
  });
  await multiply('package_view', 'package_key', 'changed_at');
  await multiply('decision_view', 'id', 'decided_at');
});
afterAll(async () => {
  await api.close();
  await lists.close();
  await database.drop();
});

/** 12,000 rows like those that are there, at a hundred instants, so that many have the same one. */
const multiply = async (table: string, key: string, time: string): Promise<void> => {
  await database.pool.query(
    `INSERT INTO api.${table}
     SELECT (jsonb_populate_record(t, jsonb_build_object('${key}', t.${key} || n, 'purl', replace(t.purl, '@', n || '@'),
              '${time}', '2026-06-01T00:00:00Z'::timestamptz + make_interval(secs => n % 100)))).*
       FROM api.${table} t, generate_series(1, 6000) AS n`,
  );
};

const walk = async <Row>(slices: Slices<Row>): Promise<readonly PageCursor[]> => {
  const found: PageCursor[] = [];
  for (let at: PageCursor | null = null; ;) {
    const { rows, stoppedAt }: Searched<Row> = await searchInSlices(slices, at, 1_000, () => true);
    found.push(...rows.map(slices.cursorOf));
    if (stoppedAt === null && rows.length < 1_000) return found;
    const last = rows.at(-1);
    at = stoppedAt ?? (last === undefined ? null : slices.cursorOf(last));
  }
};

describe('what is found slice by slice is what one statement finds', () => {
  const queries = [
    { q: 'lodash59' },
    { state: 'quarantined' as const },
    { repository: 'nowhere' },
    { sort: 'name' as const, q: 'other1' },
    { sort: 'name' as const },
  ];
  test.each(queries.flatMap((query) => [false, true].map((isBackwards) => ({ ...query, isBackwards }))))(
    'packages %j',
    async ({ isBackwards, ...query }) => {
      const slices = packageSlices(database.pool, listPackagesQuerySchema.parse(query), isBackwards);
      const whole = (await slices.fitting(null, null, 1_000_000)).map(slices.cursorOf);
      expect(await walk(slices)).toEqual(whole);
    },
  );

  test.each([{}, { state: 'quarantined' as const }, { policy: 'nobody' }, { fault: 'true' as const }])(
    'decisions %j',
    async (query) => {
      const slices = decisionSlices(database.pool, listDecisionsQuerySchema.parse(query));
      const whole = (await slices.fitting(null, null, 1_000_000)).map(slices.cursorOf);
      expect(await walk(slices)).toEqual(whole);
    },
  );
});

test('lists that take too long are answered 503, and a verdict waits for none of them', async () => {
  const locked = await database.pool.connect();
  try {
    await locked.query('BEGIN');
    await locked.query('LOCK TABLE api.decision_view IN ACCESS EXCLUSIVE MODE');
    const asked = Array.from({ length: 40 }, () => api.get('/v1/decisions?policy=nobody'));
    let answered = 0;
    for (const one of asked) void one.then(() => (answered += 1));
    const verdict = await api.get(`/v1/verdict?purl=${encodeURIComponent('pkg:npm/lodash@1.0.0')}`);
    expect(verdict).toMatchObject({ status: 200, body: { allowed: true } });
    expect(answered).toBeLessThan(40);
    for (const answer of await Promise.all(asked)) {
      expect(answer).toMatchObject({ status: 503, body: { detail: expect.stringContaining('longer') as string } });
      expect(answer.headers.get('retry-after')).toBe('10');
    }
  } finally {
    await locked.query('ROLLBACK');
    locked.release();
  }
}, 120_000);
