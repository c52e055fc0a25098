import { policySetSchema, type ChangedPolicy, type PolicySet } from '@weir/contracts';
import { findOpa, type OpaCompiler } from '@weir/policy';
import { tmpdir } from 'node:os';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import {
  createApiDatabase,
  startApi,
  withoutCompiler,
  type ApiDatabase,
  type TestApi,
} from '../testing/api-for-tests.js';

const rego = (what: string) => `package cloudsmith\n\ndefault match := false\n\nmatch if input.v0.name == "${what}"\n`;
const own = (api: TestApi, name: string, workspace: string) =>
  api.post('/v1/policies', { workspace, name, rego: rego(name) });

let database: ApiDatabase;
let searches = 0;
let compiler: () => Promise<OpaCompiler>;
let api: TestApi;
beforeAll(async () => {
  database = await createApiDatabase();
});
beforeEach(async () => {
  searches = 0;
  compiler = () => findOpa({ cacheDirectory: tmpdir() });
  api = await startApi(database, {
    findCompiler: () => {
      searches += 1;
      return compiler();
    },
  });
  return () => api.close();
});
afterAll(() => database.drop());

const log = async () => database.store.read('policy/0', { position: 0, limit: 1000 });
const setNamed = async (digest: string): Promise<PolicySet> => {
  const evidence = await database.store.evidence(digest);
  return policySetSchema.parse(JSON.parse(Buffer.from(evidence?.bytes ?? []).toString()));
};
const setsOf = async (workspace: string): Promise<readonly string[]> =>
  (await log()).flatMap(({ data }) => {
    const { workspace: of, policySetDigest } = data as { workspace: string; policySetDigest?: string };
    return of === workspace && policySetDigest !== undefined ? [policySetDigest] : [];
  });
const setInForce = async (workspace: string): Promise<PolicySet> => setNamed((await setsOf(workspace)).at(-1) ?? '');

describe('twenty activations at once', () => {
  test('become a few sets, each answered once, and nobody is judged by a set that lacks what was answered', async () => {
    const names = Array.from({ length: 20 }, (_, i) => `many-${i}`);
    for (const name of names) expect((await own(api, name, 'many')).status).toBe(201);
    const found = Promise.withResolvers<OpaCompiler>();
    const waiting = await startApi(database, { findCompiler: () => found.promise });
    let seen = 0;
    waiting.app.getHttpServer().on('request', () => (seen += 1));
    const asked = names.map((name) => waiting.post(`/v1/policies/${name}/activate`));
    await expect.poll(() => seen, { timeout: 20_000 }).toBe(names.length);
    await waiting.get('/v1/policies?workspace=many');
    found.resolve(await findOpa({ cacheDirectory: tmpdir() }));
    const answers = await Promise.all(asked);
    await waiting.close();
    expect(answers.map(({ status }) => status)).toEqual(names.map(() => 200));
    const sets = await setsOf('many');
    expect(sets).toHaveLength(20);
    // Those that came while the compiler was found for the first are compiled together.
    expect(new Set(sets).size).toBeLessThanOrEqual(3);
    expect((await setInForce('many')).policies.map(({ policyId }) => policyId).sort()).toEqual([...names].sort());
    const size = (await log()).length;
    for (const { body } of answers) {
      const { activeRevision, policyEvents } = body as ChangedPolicy;
      expect(activeRevision).toBe(1);
      expect(policyEvents).toBeLessThanOrEqual(size);
    }
  });

  test('of two processes lose none', async () => {
    const second = await startApi(database, { findCompiler: compiler });
    const names = Array.from({ length: 12 }, (_, i) => `both-${i}`);
    for (const name of names) await own(api, name, 'both');
    const answers = await Promise.all(
      names.map((name, i) => (i % 2 ? second : api).post(`/v1/policies/${name}/activate`)),
    );
    expect(answers.map(({ status }) => status)).toEqual(names.map(() => 200));
    expect((await setInForce('both')).policies).toHaveLength(12);
    await second.close();
  });

  test('where one cannot be granted, the others are', async () => {
    for (const name of ['good-a', 'good-b', 'good-c']) await own(api, name, 'mixed');
    const answers = await Promise.all([
      api.post('/v1/policies/good-a/activate'),
      api.post('/v1/policies/good-b/activate', { revision: 7 }),
      api.post('/v1/policies/nope/activate'),
      api.post('/v1/policies/good-c/deactivate'),
      api.post('/v1/policies/good-c/activate'),
    ]);
    expect(answers.map(({ status }) => status)).toEqual([200, 422, 404, 409, 200]);
    expect((await setInForce('mixed')).policies.map(({ policyId }) => policyId)).toEqual(['good-a', 'good-c']);
  });
});

describe('where the compiler is gone', () => {
  beforeEach(async () => {
    for (const name of ['stay', 'leave', 'wait']) await own(api, `${name}-${runs}`, `gone-${runs}`);
    await Promise.all(['stay', 'leave'].map((name) => api.post(`/v1/policies/${name}-${runs}/activate`)));
    await api.close();
    compiler = withoutCompiler;
    api = await startApi(database, { findCompiler: withoutCompiler });
    return () => void (runs += 1);
  });
  let runs = 0;

  test('a policy is turned off at once, and the others go on in the module they had', async () => {
    const before = await setInForce(`gone-${runs}`);
    expect(await api.post(`/v1/policies/leave-${runs}/deactivate`)).toMatchObject({
      status: 200,
      body: { activeRevision: null },
    });
    const after = await setInForce(`gone-${runs}`);
    expect(after.module).toEqual(before.module);
    expect(after.policies).toEqual(before.policies.filter(({ policyId }) => policyId === `stay-${runs}`));
  });

  test('turning one on is 503 with the cure, and changes nothing', async () => {
    const before = await setsOf(`gone-${runs}`);
    expect(await api.post(`/v1/policies/wait-${runs}/activate`)).toMatchObject({ status: 503 });
    expect(await setsOf(`gone-${runs}`)).toEqual(before);
  });

  test('turning one off does not wait behind one that waits for the compiler', async () => {
    await api.close();
    const found = Promise.withResolvers<OpaCompiler>();
    api = await startApi(database, { findCompiler: () => found.promise });
    const activating = api.post(`/v1/policies/wait-${runs}/activate`);
    // The queue has it: what comes now comes after.
    await expect.poll(async () => (await api.get(`/v1/policies/wait-${runs}`)).status).toBe(200);
    expect(await api.post(`/v1/policies/leave-${runs}/deactivate`)).toMatchObject({ status: 200 });
    expect(await api.post('/v1/policies', { workspace: `gone-${runs}`, template: 'gpl-anywhere' })).toMatchObject({
      status: 201,
    });
    found.resolve(await findOpa({ cacheDirectory: tmpdir() }));
    expect(await activating).toMatchObject({ status: 200, body: { activeRevision: 1 } });
    expect((await setInForce(`gone-${runs}`)).policies.map(({ policyId }) => policyId)).toEqual([
      `stay-${runs}`,
      `wait-${runs}`,
    ]);
  });
});

test('what was compiled is used again: off and on is one compilation less', async () => {
  for (const name of ['again-a', 'again-b']) await own(api, name, 'again');
  await Promise.all(['again-a', 'again-b'].map((name) => api.post(`/v1/policies/${name}/activate`)));
  const { module } = await setInForce('again');
  await api.post('/v1/policies/again-a/deactivate');
  compiler = withoutCompiler;
  expect(await api.post('/v1/policies/again-a/activate')).toMatchObject({ status: 200 });
  expect((await setInForce('again')).policies).toHaveLength(2);
  expect(module).not.toBeNull();
  expect(searches).toBe(1);
});

describe('a policy that is retired', () => {
  test('judges nothing, vanishes from lists, keeps its history, and gives its name away', async () => {
    const saved = { workspace: 'old', template: 'gpl-anywhere', name: 'Old licence rule' };
    await api.post('/v1/policies', saved);
    await api.post('/v1/policies/old-licence-rule/activate');
    expect(await api.post('/v1/policies/old-licence-rule/retire')).toMatchObject({ status: 409 });
    await api.post('/v1/policies/old-licence-rule/deactivate');
    expect(await api.post('/v1/policies/old-licence-rule/retire')).toMatchObject({
      status: 200,
      body: { retiredAt: expect.any(String) as string },
    });
    expect((await api.get('/v1/policies?workspace=old')).body).toEqual({ policies: [] });
    expect((await api.get('/v1/policies?workspace=old&retired=true')).body).toMatchObject({ policies: { length: 1 } });
    expect(await api.get('/v1/policies/old-licence-rule')).toMatchObject({ body: { revisions: { length: 1 } } });
    for (const deed of ['activate', 'retire'])
      expect(await api.post(`/v1/policies/old-licence-rule/${deed}`)).toMatchObject({ status: 409 });
    expect(await api.put('/v1/policies/old-licence-rule', saved)).toMatchObject({ status: 422 });
    expect(await api.post('/v1/policies', saved)).toMatchObject({
      status: 201,
      body: { policyId: 'old-licence-rule-2' },
    });
  });
});
