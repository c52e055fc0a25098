import { createHash } from 'node:crypto';
import type { PackagePage, DecisionPage, Summary } from '@weir/contracts';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { digestOf } from '@weir/postgres';
import { createApiDatabase, startApi, type ApiDatabase, type TestApi } from '../testing/api-for-tests.js';
import { appendDecisions } from '../testing/decisions-for-tests.js';

let database: ApiDatabase;
let api: TestApi;
beforeAll(async () => {
  database = await createApiDatabase();
  await appendDecisions(database.store, 'evaluation/0', [
    { name: 'lodash', decidedAt: '2026-06-14T10:00:00.000Z', facts: '{"v0":{"exact":  1e2}}' },
    { name: 'lodash', repository: 'npm-prod', decidedAt: '2026-06-14T10:00:01.000Z' },
    {
      name: 'lodash',
      decidedAt: '2026-06-14T11:30:00.000Z',
      state: 'quarantined',
      tags: ['exceeded-epss'],
      before: { state: 'available', tags: [] },
      reasons: ['CVE-2021-23337 has an EPSS score of 0.213'],
      cause: { kind: 'feed', feed: 'epss', revision: '2026-08-02', changed: [], because: ['CVE-2021-23337'] },
    },
    {
      name: 'faulty',
      decidedAt: '2026-06-14T11:31:00.000Z',
      state: 'quarantined',
      error: { code: 'deadline_exceeded', message: 'took longer than 250 ms' },
      facts: JSON.stringify({ v1: { unread: [{ field: 'licence', reason: 'names no licence that is known' }] } }),
    },
  ]);
  await appendDecisions(database.store, 'evaluation/1', [
    { name: 'gone', decidedAt: '2026-06-14T11:32:00.000Z' },
    {
      name: 'gone',
      decidedAt: '2026-06-14T11:33:00.000Z',
      state: 'deleted',
      presence: 'deleted',
      before: { state: 'available', tags: [] },
    },
    ...Array.from({ length: 25 }, (_, i) => ({
      name: `pad-${String(i).padStart(2, '0')}`,
      decidedAt: `2026-06-14T09:00:${i % 2 ? '01' : '02'}.000Z`,
    })),
  ]);
  api = await startApi(database, { clock: () => new Date('2026-06-14T12:00:00.000Z') });
  await vi.waitFor(async () => expect((await api.get('/v1/summary')).body).toMatchObject({ packages: { total: 28 } }), {
    timeout: 30_000,
  });
});
afterAll(async () => {
  await api.close();
  await database.drop();
});

const purls = (answer: { body: never }) =>
  (answer.body as PackagePage).packages.map(({ purl, repository }) => `${repository} ${purl}`);
const LODASH = encodeURIComponent('pkg:npm/lodash@1.0.0');

describe('packages', () => {
  test.each(['changed', 'name'])('are listed page by page, each once, sorted by %s', async (sort) => {
    const seen: string[] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const answer = await api.get(`/v1/packages?limit=7&sort=${sort}${cursor ? `&cursor=${cursor}` : ''}`);
      expect(answer.status).toBe(200);
      seen.push(...purls(answer));
      cursor = (answer.body as PackagePage).nextCursor;
    }
    expect(seen).toHaveLength(28);
    expect(new Set(seen).size).toBe(28);
    expect(seen.slice(0, 2)).toEqual(['npm-dev pkg:npm/faulty@1.0.0', 'npm-dev pkg:npm/lodash@1.0.0']);
  });

  test.each(['changed', 'name'])('are the same backwards from the last page, sorted by %s', async (sort) => {
    const pageAt = async (cursor: string) =>
      (await api.get(`/v1/packages?limit=7&sort=${sort}&total=true${cursor}`)).body as PackagePage;
    const forwards: PackagePage[] = [await pageAt('')];
    for (let next = forwards[0]?.nextCursor; next; next = forwards.at(-1)?.nextCursor)
      forwards.push(await pageAt(`&cursor=${next}`));
    const backwards: PackagePage[] = [await pageAt('&cursor=last')];
    for (let back = backwards[0]?.previousCursor; back; back = backwards[0]?.previousCursor)
      backwards.unshift(await pageAt(`&cursor=${back}`));
    const keysOf = (pages: readonly PackagePage[]) =>
      pages.flatMap(({ packages }) => packages.map(({ purl, repository }) => `${repository} ${purl}`));
    expect(forwards.map(({ total }) => total)).toEqual(Array.from({ length: 4 }, () => 28));
    expect(keysOf(backwards)).toEqual(keysOf(forwards));
    expect([forwards[0]?.previousCursor, forwards.at(-1)?.nextCursor]).toEqual([null, null]);
    expect([backwards[0]?.previousCursor, backwards.at(-1)?.nextCursor]).toEqual([null, null]);
    // From any page back and forth again leads to the same page.
    const there = await pageAt(`&cursor=${forwards[2]?.previousCursor ?? ''}`);
    expect(keysOf([there])).toEqual(keysOf(forwards.slice(1, 2)));
    expect(there.nextCursor).toBe(forwards[1]?.nextCursor);
  });

  test.each([
    ['state=quarantined', 2],
    ['state=deleted', 1],
    ['tag=exceeded-epss', 1],
    ['repository=npm-prod', 1],
    ['format=npm', 28],
    ['format=python', 0],
    ['q=LODASH', 2],
    ['q=lodash%201.0.0', 2],
    ['q=lodash%202.0.0', 0],
    ['q=pkg:npm/Lodash@1.0.0', 2],
    ['q=%25', 0],
    ["q='--", 0],
    ['workspace=other', 0],
    ['environment=development', 28],
    ['environment=production', 0],
    ['policy=epss-over-threshold', 2],
    ['since=9999-12-31T23:59:59Z', 0],
    ['until=2026-01-01T00:00:00%2B02:00', 0],
  ])('are found by %s', async (query, count) =>
    expect(purls(await api.get(`/v1/packages?${query}`))).toHaveLength(count),
  );

  test.each([
    ['limit=0', '/limit'],
    ['limit=abc', '/limit'],
    ['limit=5000', '/limit'],
    ['state=gone', '/state'],
    ['cursor=nonsense', '/cursor'],
    [`cursor=${Buffer.from('["before","x","y"]').toString('base64url')}`, '/cursor'],
    [`cursor=${Buffer.from('["before",').toString('base64url')}`, '/cursor'],
    [`cursor=${Buffer.from('["x","y"]').toString('base64url')}`, '/cursor'],
    [`cursor=${Buffer.from('["2026-02-30T00:00:00.000Z","x"]').toString('base64url')}`, '/cursor'],
    ['colour=red', ''],
    ['since=0000-01-01T00:00:00Z', '/since'],
    ['until=9999-12-31T23:59:59-14:00', '/until'],
    ['q=%00', '/q'],
    ['workspace=%00', '/workspace'],
  ])('are not listed for %s: 400 and the field', async (query, pointer) => {
    expect(await api.get(`/v1/packages?${query}`)).toMatchObject({
      status: 400,
      type: 'application/problem+json',
      body: { errors: [{ pointer }] },
    });
  });

  test('tell what could not be read of them; facts of versions before say nothing of it', async () => {
    const unreadOf = async (name: string): Promise<unknown> => {
      const { body } = await api.get(`/v1/packages/${encodeURIComponent(`pkg:npm/${name}@1.0.0`)}`);
      return (body as { readonly repositories: readonly { readonly unread: unknown }[] }).repositories[0]?.unread;
    };
    expect(await unreadOf('faulty')).toEqual([{ field: 'licence', reason: 'names no licence that is known' }]);
    expect(await unreadOf('lodash')).toEqual([]);
    expect(await unreadOf('gone')).toEqual([]);
  });

  test('tell state, tags, reasons and the latest decision, in every repository', async () => {
    const answer = await api.get(`/v1/packages/${LODASH}`);
    expect(answer).toMatchObject({
      status: 200,
      body: {
        purl: 'pkg:npm/lodash@1.0.0',
        repositories: [
          { repository: 'npm-dev' },
          { repository: 'npm-prod', state: 'available', reasons: [], effects: [] },
        ],
      },
    });
    const quarantined = {
      state: 'quarantined',
      tags: ['exceeded-epss'],
      promotion: 'blocked',
      decision: { id: 'evaluation-0-2', cause: 'feed' },
      changedAt: '2026-06-14T11:30:00.000Z',
    };
    const reasons = [
      {
        policyId: 'epss-over-threshold',
        revision: 2,
        asks: ['quarantined'],
        reasons: ['CVE-2021-23337 has an EPSS score of 0.213'],
        error: null,
      },
    ];
    expect((await api.get(`/v1/packages/${LODASH}?repository=npm-dev`)).body).toMatchObject({
      repositories: [{ ...quarantined, reasons }],
    });
  });

  test('are found by any spelling of their purl', async () => {
    expect((await api.get(`/v1/packages/${encodeURIComponent('PKG:NPM/lodash@1.0.0')}`)).status).toBe(200);
    expect(
      (await api.get(`/v1/packages/${encodeURIComponent('pkg:npm/lodash@1.0.0?vcs_url=git://x#sub')}`)).status,
    ).toBe(200);
    expect((await api.get('/v1/packages/pkg:npm/lodash@1.0.0?repository=npm-dev')).body).toMatchObject({
      repositories: [{ repository: 'npm-dev' }],
    });
    expect((await api.get('/v1/packages/pkg:npm/lodash@1.0.0/decisions?repository=npm-dev')).body).toMatchObject({
      decisions: { length: 2 },
    });
    expect((await api.get('/v1/packages/pkg:npm/@a/b@1.0.0')).body).toMatchObject({
      status: 404,
      detail: expect.stringContaining('pkg:npm/%40a/b@1.0.0') as string,
    });
  });

  test.each([
    ['lodash', 400],
    ['pkg:npm/lodash', 400],
    ['pkg:nope/lodash@1', 400],
    ['pkg:npm/%00@1', 400],
    ['pkg:npm/nobody@1.0.0', 404],
    ['pkg:npm/@a/b@1.0.0', 404],
  ])('asked for as %s: %i with the cure', async (purl, status) => {
    for (const path of ['', '/decisions']) {
      if (status === 404 && path) continue;
      expect(await api.get(`/v1/packages/${encodeURIComponent(purl)}${path}`)).toMatchObject({
        status,
        type: 'application/problem+json',
      });
    }
  });
});

describe('a verdict', () => {
  const verdict = (query: string) => api.get(`/v1/verdict?${query}`);

  test('says no with the policy, its revision, its reasons and the decision', async () => {
    expect(await verdict(`purl=${LODASH}&repository=npm-dev`)).toMatchObject({
      status: 200,
      body: {
        allowed: false,
        state: 'quarantined',
        why: [
          {
            policyId: 'epss-over-threshold',
            revision: 2,
            decisionId: 'evaluation-0-2',
            reasons: ['CVE-2021-23337 has an EPSS score of 0.213'],
          },
        ],
        decision: { id: 'evaluation-0-2', decidedAt: '2026-06-14T11:30:00.000Z' },
      },
    });
  });

  test('says yes where nothing is asked for', async () => {
    const answer = await verdict('purl=pkg:npm/lodash@1.0.0&repository=npm-prod');
    expect(answer).toMatchObject({ status: 200, body: { allowed: true, state: 'available', why: [] } });
    expect(answer.headers.get('cache-control')).toBe('no-store');
  });

  test('says no when the policy failed, and that it failed', async () => {
    expect(await verdict('purl=pkg:npm/faulty@1.0.0')).toMatchObject({
      status: 200,
      body: { allowed: false, why: [{ error: 'deadline_exceeded: took longer than 250 ms' }] },
    });
  });

  test('is never a yes for what is unknown, deleted, ambiguous or malformed', async () => {
    expect(await verdict('purl=pkg:npm/unheard-of@1.0.0')).toMatchObject({
      status: 404,
      body: { allowed: false, detail: expect.stringContaining('POST /v1/events') as string },
    });
    expect(await verdict('purl=pkg:npm/gone@1.0.0')).toMatchObject({
      status: 200,
      body: { allowed: false, state: 'deleted' },
    });
    expect(await verdict(`purl=${LODASH}`)).toMatchObject({
      status: 400,
      body: { allowed: false, errors: [{ pointer: '/repository' }] },
    });
    expect(await verdict(`purl=${LODASH}&workspace=other`)).toMatchObject({ status: 404, body: { allowed: false } });
    expect((await verdict('repository=npm-dev')).status).toBe(400);
    expect((await verdict('purl=&repository=npm-dev')).status).toBe(400);
    expect((await verdict(`purl=${LODASH}&repository=npm-dev&repository=npm-prod`)).status).toBe(400);
    expect((await verdict('purl=lodash')).status).toBe(400);
    expect((await verdict(`purl=${LODASH}&repository=%00`)).status).toBe(400);
  });

  test('is about the package that was asked for, however many are asked for at once, and one that is refused harms no other', async () => {
    const names = Array.from({ length: 300 }, (_, i) =>
      i % 3 === 0 ? `unheard-of-${i}` : i % 3 === 1 ? `pad-${String(i % 25).padStart(2, '0')}` : '%00',
    );
    const answers = await Promise.all(names.map((name) => verdict(`purl=pkg:npm/${name}@1.0.0&repository=npm-dev`)));
    answers.forEach(({ status, body }, i) => {
      if (i % 3 === 1)
        expect(body).toMatchObject({
          allowed: true,
          package: { purl: `pkg:npm/${names[i] ?? ''}@1.0.0`, repository: 'npm-dev' },
        });
      else expect(status, names[i]).toBe(i % 3 === 0 ? 404 : 400);
    });
    const both = await Promise.all(
      ['npm-dev', 'npm-prod'].map((repository) => verdict(`purl=${LODASH}&repository=${repository}`)),
    );
    expect(both.map(({ body }) => (body as { allowed: boolean }).allowed)).toEqual([false, true]);
  });
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

describe('decisions', () => {
  test('of a package are listed latest first', async () => {
    const answer = await api.get(`/v1/packages/${LODASH}/decisions?repository=npm-dev`);
    expect((answer.body as DecisionPage).decisions).toMatchObject([
      {
        id: 'evaluation-0-2',
        cause: { kind: 'feed', detail: 'epss 2026-08-02: CVE-2021-23337' },
        before: { state: 'available' },
        after: { state: 'quarantined', tags: ['exceeded-epss'] },
        matched: [{ policyId: 'epss-over-threshold' }],
      },
      { id: 'evaluation-0-0', before: null },
    ]);
  });

  test('are listed page by page, each once, and filtered', async () => {
    for (const path of ['/v1/decisions?limit=7', `/v1/packages/${LODASH}/decisions?repository=npm-dev&limit=1`]) {
      const whole = (await api.get(path.replace(/limit=\d+/, 'limit=100'))).body as DecisionPage;
      expect(await pageByPage(path)).toEqual(whole.decisions.map(({ id }) => id));
      expect(new Set(whole.decisions.map(({ id }) => id)).size).toBe(whole.decisions.length);
    }
    expect(await pageByPage('/v1/decisions?limit=7')).toHaveLength(31);
    const ids = async (query: string) =>
      ((await api.get(`/v1/decisions?${query}`)).body as DecisionPage).decisions.map(({ id }) => id);
    expect(await ids('fault=true')).toEqual(['evaluation-0-3']);
    expect(await ids('policy=epss-over-threshold')).toEqual(['evaluation-0-2']);
    expect(await ids('state=deleted')).toEqual(['evaluation-1-1']);
    expect(await ids('changed=false')).toEqual([]);
  });

  test('are shown as the log holds them, and with the very bytes of the facts they saw', async () => {
    const [event] = await database.store.read('evaluation/0', { position: 0, limit: 1 });
    expect((await api.get('/v1/decisions/evaluation-0-0')).body).toMatchObject({
      id: 'evaluation-0-0',
      shard: 'evaluation/0',
      position: 0,
      hash: event?.hash,
      data: event?.data,
    });
    const facts = await fetch(`${api.url}/v1/decisions/evaluation-0-0/facts`);
    const bytes = Buffer.from(await facts.arrayBuffer());
    expect(facts.headers.get('repr-digest')).toBe(`sha-256=:${createHash('sha256').update(bytes).digest('base64')}:`);
    expect(bytes.toString()).toBe('{"v0":{"exact":  1e2}}');
    expect((event?.data as { factsDigest: string }).factsDigest).toBe(digestOf(bytes));
    expect(await api.get('/v1/decisions/evaluation-1-1/facts')).toMatchObject({
      status: 404,
      body: { detail: expect.stringContaining('deleted') as string },
    });
  });

  test.each([
    'nope',
    'evaluation-0-999',
    'evaluation-99-0',
    'policy-0-0',
    'action-0-0',
    '%00',
    'evaluation-0-9007199254740993',
  ])('named %s do not exist: 404', async (id) => {
    expect(await api.get(`/v1/decisions/${id}`)).toMatchObject({ status: 404, type: 'application/problem+json' });
    expect((await api.get(`/v1/decisions/${id}/facts`)).status).toBe(404);
  });
});

test('the summary counts packages by state, decisions of 24 hours, and policies that fail', async () => {
  const summary = (await api.get('/v1/summary')).body as Summary;
  expect(summary.packages).toEqual({ total: 28, byState: { available: 26, quarantined: 2, hidden: 0, deleted: 0 } });
  expect(summary.decisionsPerHour).toHaveLength(24);
  expect(summary.decisionsPerHour.slice(-4)).toEqual([
    { hour: '2026-06-14T09:00:00.000Z', decisions: 25, changed: 25 },
    { hour: '2026-06-14T10:00:00.000Z', decisions: 2, changed: 2 },
    { hour: '2026-06-14T11:00:00.000Z', decisions: 4, changed: 4 },
    { hour: '2026-06-14T12:00:00.000Z', decisions: 0, changed: 0 },
  ]);
  expect(summary.lastDecisions).toHaveLength(10);
  expect(summary.policyFaults).toEqual([
    {
      policyId: 'epss-over-threshold',
      policy: 'EPSS',
      code: 'deadline_exceeded',
      message: 'took longer than 250 ms',
      count: 1,
      lastAt: '2026-06-14T11:31:00.000Z',
      lastDecisionId: 'evaluation-0-3',
    },
  ]);
  expect((await api.get('/v1/summary?workspace=other')).body).toMatchObject({
    packages: { total: 0 },
    lastDecisions: [],
    policyFaults: [],
  });
});

test('the service is ready while it follows the log', async () => expect((await api.get('/ready')).status).toBe(200));
