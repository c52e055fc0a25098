import { afterAll, beforeAll, expect, test } from 'vitest';
import { createApiDatabase, startApi, type ApiDatabase, type TestApi } from '../testing/api-for-tests.js';

let database: ApiDatabase;
let api: TestApi;
beforeAll(async () => {
  database = await createApiDatabase();
  api = await startApi(database, { keys: ['first-key', 'second-key'] });
});
afterAll(async () => {
  await api.close();
  await database.drop();
});

const save = (headers: Readonly<Record<string, string>>) =>
  api.post('/v1/policies', { template: 'gpl-anywhere', name: JSON.stringify(headers) }, headers);

test.each<Readonly<Record<string, string>>>([
  { authorization: 'Bearer first-key' },
  { authorization: 'bearer  second-key' },
  { 'x-api-key': 'second-key' },
])('%o may change something', async (headers) => {
  expect((await save(headers)).status).toBe(201);
});

test.each<Readonly<Record<string, string>>>([
  {},
  { authorization: 'Bearer' },
  { authorization: 'Bearer first-key,second-key' },
  { authorization: 'Basic first-key' },
  { 'x-api-key': 'first-ke' },
  { 'x-api-key': '' },
  { 'x-api-key': 'first-key, second-key' },
])('%o may not, and is told how', async (headers) => {
  const refused = await save(headers);
  expect(refused).toMatchObject({
    status: 401,
    type: 'application/problem+json',
    body: { detail: expect.stringContaining('X-Api-Key') as string },
  });
  expect(refused.headers.get('www-authenticate')).toContain('Bearer');
});

test('health needs no key; to read needs one too, once there are keys', async () => {
  for (const path of ['/health', '/ready']) expect((await api.get(path)).status).toBe(200);
  for (const path of ['/v1/policies', '/v1/packages', '/v1/summary', '/v1/stream', '/metrics']) {
    expect((await api.get(path)).status, path).toBe(401);
    if (path !== '/v1/stream') expect((await api.get(path, { 'x-api-key': 'first-key' })).status, path).toBe(200);
  }
});
