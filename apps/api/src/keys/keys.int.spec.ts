import type { KeyView, KeyWithText } from '@weir/contracts';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createApiDatabase, startApi, type Answer, type ApiDatabase, type TestApi } from '../testing/api-for-tests.js';

const WITHIN = { timeout: 10_000, interval: 20 };
const ALL = ['read', 'administer'] as const;

let database: ApiDatabase;
let api: TestApi;
beforeEach(async () => {
  database = await createApiDatabase();
  api = await startApi(database);
});
afterEach(async () => {
  await api.close();
  await database.drop();
});

const bearer = (key: string) => ({ authorization: `Bearer ${key}` });
const create = (body: object, headers = {}) => api.post('/v1/keys', body, headers);
const made = ({ body }: Answer): KeyWithText => body;
const reads = async (key: string, at = api): Promise<number> => (await at.get('/v1/policies', bearer(key))).status;
const untilReads = (key: string, status: number, at = api) =>
  vi.waitFor(async () => expect(await reads(key, at)).toBe(status), WITHIN);

/** Heard of by the service: until then it is as open as before. */
const untilGuarded = (at = api) =>
  vi.waitFor(async () => expect((await at.get('/v1/policies')).status).toBe(401), WITHIN);

/** The first key, in force. */
const first = async (body: object = {}): Promise<KeyWithText> => {
  const key = made(await create({ name: 'ada', permissions: ALL, ...body }));
  await untilGuarded();
  return key;
};

describe('from the first key on', () => {
  test('every request needs one; the key is told once, and the log has its digest alone', async () => {
    expect((await api.get('/v1/policies')).status).toBe(200);
    const answer = await create({ name: 'ada', permissions: ALL });
    expect(answer).toMatchObject({
      status: 201,
      body: { name: 'ada', workspaces: null, state: 'in force', createdBy: null },
    });
    expect(answer.headers.get('cache-control')).toBe('no-store');
    const { key, keyId } = made(answer);
    expect(key).toMatch(new RegExp(`^weir_${keyId}_[0-9a-f]{64}$`));
    await untilGuarded();
    expect(await reads(key)).toBe(200);
    const [event] = await database.store.read('keys/0', { position: 0, limit: 1 });
    expect(event?.dataText).toContain('sha256:');
    expect(event?.dataText).not.toContain(key.split('_')[2]);
    const list = await api.get('/v1/keys', bearer(key));
    expect(list.body).toMatchObject({ keys: [{ keyId, name: 'ada' }] });
    expect(JSON.stringify(list.body)).not.toMatch(/sha256|weir_/);
  });

  test('the last key that is revoked opens no door', async () => {
    const { key, keyId } = await first();
    expect((await api.post(`/v1/keys/${keyId}/revoke`, undefined, bearer(key))).status).toBe(200);
    await untilReads(key, 401);
    expect((await api.get('/v1/policies')).status).toBe(401);
    expect((await api.get('/v1/policies', bearer(key))).body).toMatchObject({
      detail: expect.stringContaining('The key ada was revoked at') as string,
    });
  });

  test('one that could administer nothing is refused, so that nobody is locked out', async () => {
    expect(await create({ name: 'ci', permissions: ['events:send'] })).toMatchObject({
      status: 409,
      body: { errors: [{ pointer: '/permissions' }] },
    });
    expect((await api.get('/v1/policies')).status).toBe(200);
  });
});

test('a key that is revoked is refused by every instance within a second or two', async () => {
  const other = await startApi(database);
  const { key, keyId } = await first();
  await untilGuarded(other);
  expect(await reads(key, other)).toBe(200);
  await api.post(`/v1/keys/${keyId}/revoke`, undefined, bearer(key));
  await vi.waitFor(async () => expect(await reads(key, other)).toBe(401), { timeout: 5_000, interval: 20 });
  await other.close();
});

test('a key is rotated without a gap: both texts are taken, then the new one alone', async () => {
  const { key, keyId } = await first();
  const rotated = await api.post(`/v1/keys/${keyId}/rotate`, undefined, bearer(key));
  expect(rotated).toMatchObject({ status: 200, body: { keyId, formerEndsAt: expect.any(String) as string } });
  await untilReads(made(rotated).key, 200);
  expect(await reads(key)).toBe(200);
  const again = await api.post(`/v1/keys/${keyId}/rotate`, { overlapHours: 0 }, bearer(key));
  expect(again).toMatchObject({ body: { formerEndsAt: null } });
  await untilReads(made(again).key, 200);
  expect([await reads(key), await reads(made(rotated).key)]).toEqual([401, 401]);
});

test('a key ends when it expires, and says so to whoever has it', async () => {
  let now = new Date('2026-12-01T00:00:00Z');
  await api.close();
  api = await startApi(database, { clock: () => now });
  const { key } = await first({ expiresAt: '2026-12-02T00:00:00+01:00' });
  now = new Date('2026-12-01T23:00:00Z');
  expect(await api.get('/v1/policies', bearer(key))).toMatchObject({
    status: 401,
    body: { detail: expect.stringContaining('The key ada expired at 2026-12-01T23:00:00.000Z.') as string },
  });
});

test('when a key was last used is told to the hour', async () => {
  const { key } = await first();
  await vi.waitFor(async () => {
    const { keys } = (await api.get('/v1/keys', bearer(key))).body as { readonly keys: readonly KeyView[] };
    expect(keys[0]?.lastUsedAt).toMatch(/T\d\d:00:00\.000Z$/);
  }, WITHIN);
});

test('a change names who asked for it, in the log and in answers', async () => {
  const ada = await first();
  const answer = await create({ name: 'ci', permissions: ['events:send'], workspaces: ['acme'] }, bearer(ada.key));
  expect(answer).toMatchObject({
    status: 201,
    body: { workspaces: ['acme'], createdBy: { name: 'ada', keyId: ada.keyId } },
  });
  const [, event] = await database.store.read('keys/0', { position: 0, limit: 2 });
  expect(event).toMatchObject({ data: { actor: 'ada', actorKey: ada.keyId }, metadata: { actor: 'ada' } });
  expect((await api.get('/v1/keys', bearer(made(answer).key))).status, 'before it is known').toBeGreaterThan(400);
});

test.each([
  [422, '/permissions/0', { name: 'x', permissions: ['everything'] }],
  [422, '/permissions', { name: 'x', permissions: [] }],
  [422, '/permissions', { name: 'x', permissions: ['read', 'read'] }],
  [422, '/workspaces/0', { name: 'x', permissions: ['read'], workspaces: ['A b'] }],
  [422, '/expiresAt', { name: 'x', permissions: ALL, expiresAt: '2020-01-01T00:00:00Z' }],
  [422, '/expiresAt', { name: 'x', permissions: ALL, expiresAt: 'soon' }],
  [422, '/name', { name: 'a\u200bb', permissions: ALL }],
])('a wrong key is refused %i at %s', async (status, pointer, body) => {
  expect(await create(body)).toMatchObject({ status, body: { errors: [{ pointer }] } });
});

test('what there is not is told: a key, a name that is free', async () => {
  const { key } = await first();
  for (const what of ['rotate', 'revoke'])
    expect((await api.post(`/v1/keys/nope/${what}`, undefined, bearer(key))).status).toBe(404);
  expect((await create({ name: 'ADA', permissions: ALL }, bearer(key))).status).toBe(409);
});

test('keys made at the same moment are all made', async () => {
  const { key } = await first();
  const answers = await Promise.all(
    Array.from({ length: 8 }, (_, i) => create({ name: `key ${i}`, permissions: ['read'] }, bearer(key))),
  );
  expect(answers.map(({ status }) => status)).toEqual(Array(8).fill(201));
});

test('the keys of the environment go on beside those of the log', async () => {
  await api.close();
  api = await startApi(database, { keys: ['old-key'] });
  const answer = await create({ name: 'ci', permissions: ['read'] }, bearer('old-key'));
  expect(answer).toMatchObject({ status: 201, body: { createdBy: { name: 'API_KEYS', keyId: null } } });
  await untilReads(made(answer).key, 200);
  expect(await reads('old-key')).toBe(200);
});
