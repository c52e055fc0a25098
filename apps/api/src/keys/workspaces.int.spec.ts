import type { KeyWithText } from '@weir/contracts';
import { guardedRoutes, type GuardedRoute } from '@weir/service';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { createApiDatabase, startApi, type Answer, type ApiDatabase, type TestApi } from '../testing/api-for-tests.js';
import { appendDecisions } from '../testing/decisions-for-tests.js';

/** Stands in all that is of the other workspace, and in no request. */
const SECRET = 'xyzzy';
const WITHIN = { timeout: 20_000, interval: 50 };

let database: ApiDatabase;
let api: TestApi;
let root: string;
let bound: string;
let both: string;
let routes: readonly GuardedRoute[];
const bearer = (key: string) => ({ authorization: `Bearer ${key}` });
const bodyOf = (answer: Answer): string => JSON.stringify(answer.body);

beforeAll(async () => {
  database = await createApiDatabase();
  api = await startApi(database);
  const key = async (name: string, workspaces: readonly string[] | null, headers = {}) => {
    const permissions = ['read', 'administer', 'policies:write', 'policies:activate', 'operate', 'feeds:load'];
    return ((await api.post('/v1/keys', { name, permissions, workspaces }, headers)).body as KeyWithText).key;
  };
  root = await key('root', null);
  await vi.waitFor(async () => expect((await api.get('/v1/policies')).status).toBe(401), WITHIN);
  bound = await key('bound', ['mine'], bearer(root));
  both = await key('both', ['mine', 'theirs'], bearer(root));
  for (const workspace of ['mine', 'theirs']) {
    const description = workspace === 'theirs' ? SECRET : 'ours';
    const policy = { workspace, template: 'gpl-anywhere', name: `of ${workspace}`, description };
    expect((await api.post('/v1/policies', policy, bearer(root))).status).toBe(201);
    expect((await api.post(`/v1/policies/of-${workspace}/activate`, undefined, bearer(root))).status).toBe(200);
  }
  await appendDecisions(database.store, 'evaluation/0', [
    { name: 'ours', workspace: 'mine' },
    { name: 'theirs', workspace: 'theirs', repository: SECRET },
  ]);
  await vi.waitFor(async () => expect(bodyOf(await api.get('/v1/decisions', bearer(root)))).toContain(SECRET), WITHIN);
  await vi.waitFor(async () => expect((await api.get('/v1/policy-library', bearer(both))).status).toBe(200), WITHIN);
  routes = guardedRoutes(api.app.getHttpAdapter().getInstance());
});
afterAll(async () => {
  await api.close();
  await database.drop();
});

/** Whatever may stand at a place of a path: what is of the others, too. */
const placesOf = async (): Promise<readonly string[]> => {
  const book = (await api.get('/v1/decisions', bearer(root))).body as {
    readonly decisions: readonly { readonly id: string; readonly policySetDigest: string; readonly purl: string }[];
  };
  const set = (await database.store.read('policy/0', { position: 0, limit: 100 })).flatMap(({ data }) => {
    const { policySetDigest } = data as { readonly policySetDigest?: string };
    return policySetDigest === undefined ? [] : [policySetDigest];
  });
  return [
    'of-theirs',
    'of-mine',
    ...book.decisions.flatMap(({ id, policySetDigest, purl }) => [id, policySetDigest, encodeURIComponent(purl)]),
    ...set,
  ];
};

const isAsked = ({ method, url }: GuardedRoute): boolean => method === 'GET' && url !== '/v1/stream';

test('a key of one workspace reads nothing of another, at any route, with any place and any query', async () => {
  const places = await placesOf();
  let answered = 0;
  for (const { url } of routes.filter(isAsked)) {
    const paths = /[:*]/.test(url) ? places.map((place) => url.replaceAll(/:\w+|\*/g, place)) : [url];
    for (const path of paths) {
      for (const query of ['', '?workspace=mine', '?workspace=theirs', '?retired=true', '?limit=200']) {
        const answer = await api.get(path + query, bearer(bound));
        expect(bodyOf(answer), `${path}${query} is answered ${answer.status}`).not.toContain(SECRET);
        if (answer.status === 200 && path.startsWith('/v1')) answered += 1;
      }
    }
  }
  expect(answered).toBeGreaterThan(15);
});

test('who names another workspace is told which are theirs', async () => {
  for (const path of ['/v1/packages', '/v1/decisions', '/v1/summary', '/v1/policies', '/v1/stream']) {
    expect(await api.get(`${path}?workspace=theirs`, bearer(bound)), path).toMatchObject({
      status: 403,
      body: { errors: [{ pointer: '/workspace', detail: expect.stringContaining('bound to mine') as string }] },
    });
  }
  expect((await api.get('/v1/packages', bearer(both))).status, 'which of two?').toBe(400);
  expect((await api.get('/v1/packages?workspace=theirs', bearer(both))).status).toBe(200);
});

describe('a key of one workspace changes nothing of another', () => {
  test.each<[string, string, object | undefined]>([
    ['post', '/v1/policies/of-theirs/activate', undefined],
    ['post', '/v1/policies/of-theirs/deactivate', undefined],
    ['post', '/v1/policies/of-theirs/retire', undefined],
    ['put', '/v1/policies/of-theirs', { template: 'gpl-anywhere', parameters: {} }],
    ['post', '/v1/policies', { workspace: 'theirs', template: 'gpl-anywhere', name: 'new' }],
    ['post', '/v1/policies', { template: 'gpl-anywhere', name: 'in the default one' }],
    ['post', '/v1/policy-changes', { workspace: 'theirs', changes: [{ change: 'deactivate', policyId: 'of-theirs' }] }],
    ['post', '/v1/policy-changes', { workspace: 'mine', changes: [{ change: 'deactivate', policyId: 'of-theirs' }] }],
    ['post', '/v1/keys', { name: 'wider', permissions: ['read'] }],
  ])('%s %s %j', async (method, path, body) => {
    const before = await database.store.read('policy/0', { position: 0, limit: 100 });
    const answer = await fetch(`${api.url}${path}`, {
      method: method.toUpperCase(),
      headers: { ...bearer(bound), ...(body && { 'content-type': 'application/json' }) },
      ...(body && { body: JSON.stringify(body) }),
    });
    expect([403, 404]).toContain(answer.status);
    expect(await answer.text()).not.toContain(SECRET);
    expect(await database.store.read('policy/0', { position: 0, limit: 100 })).toHaveLength(before.length);
  });
});

test('what a change set does to what judges needs the permission to activate, and the log names who asked', async () => {
  const made = await api.post(
    '/v1/keys',
    { name: 'author', permissions: ['read', 'policies:write'], workspaces: ['mine'] },
    bearer(root),
  );
  const author = (made.body as KeyWithText).key;
  await vi.waitFor(async () => expect((await api.get('/v1/policies', bearer(author))).status).toBe(200), WITHIN);
  const change = (active?: boolean) =>
    api.post(
      '/v1/policy-changes',
      {
        workspace: 'mine',
        changes: [
          { change: 'save', name: 'drafted', template: 'gpl-anywhere', ...(active !== undefined && { active }) },
        ],
      },
      bearer(author),
    );
  expect(await change(true)).toMatchObject({ status: 403, body: { errors: [{ pointer: '/changes/0/active' }] } });
  expect((await change()).status).toBe(200);
  const { keyId } = made.body as KeyWithText;
  const policy = await api.get('/v1/policies/drafted', bearer(author));
  expect(policy).toMatchObject({
    body: {
      revisions: [{ by: { name: 'author', keyId } }],
      lastChange: { what: 'revised', by: { name: 'author', keyId } },
    },
  });
  expect((await api.post('/v1/policies/drafted/activate', undefined, bearer(author))).status).toBe(403);
  expect((await api.post('/v1/policies/of-mine/deactivate', undefined, bearer(bound))).status).toBe(200);
  const last = (await database.store.read('policy/0', { position: 0, limit: 100 })).at(-1);
  expect(last).toMatchObject({ type: 'PolicyDeactivated', data: { actor: 'bound' }, metadata: { actor: 'bound' } });
});

test('a stream ends with its key', async () => {
  const made = (
    await api.post('/v1/keys', { name: 'watcher', permissions: ['read'], workspaces: ['mine'] }, bearer(root))
  ).body as KeyWithText;
  await vi.waitFor(async () => expect((await api.get('/v1/policies', bearer(made.key))).status).toBe(200), WITHIN);
  const stream = await fetch(`${api.url}/v1/stream`, { headers: bearer(made.key) });
  const ended = stream.text();
  await api.post(`/v1/keys/${made.keyId}/revoke`, undefined, bearer(root));
  expect(await ended).not.toContain(SECRET);
});
