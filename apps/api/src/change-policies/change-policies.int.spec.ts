import { policySetSchema, type PoliciesChanged, type PolicySet } from '@weir/contracts';
import { findOpa } from '@weir/policy';
import { tmpdir } from 'node:os';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createApiDatabase, startApi, type ApiDatabase, type TestApi } from '../testing/api-for-tests.js';

const rego = (what: string) => `package cloudsmith\n\ndefault match := false\n\nmatch if input.v0.name == "${what}"\n`;

let database: ApiDatabase;
let api: TestApi;
beforeAll(async () => {
  database = await createApiDatabase();
  api = await startApi(database, { findCompiler: () => findOpa({ cacheDirectory: tmpdir() }) });
});
afterAll(async () => {
  await api.close();
  await database.drop();
});

const change = (workspace: string, changes: readonly object[], more: object = {}) =>
  api.post('/v1/policy-changes', { workspace, changes, ...more });
const log = async (workspace: string) =>
  (await database.store.read('policy/0', { position: 0, limit: 1000 })).filter(
    ({ data }) => (data as { workspace: string }).workspace === workspace,
  );
const dataOf = async (workspace: string): Promise<readonly Readonly<Record<string, unknown>>[]> =>
  (await log(workspace)).map(({ type, data }) => ({ type, ...(data as Record<string, unknown>) }));
const setNamed = async (digest: unknown): Promise<PolicySet> => {
  const evidence = await database.store.evidence(String(digest));
  return policySetSchema.parse(JSON.parse(Buffer.from(evidence?.bytes ?? []).toString()));
};

describe('a change set', () => {
  test('saves, activates, turns off and retires at once: one append, one set, one name', async () => {
    await api.post('/v1/policies', { workspace: 'together', template: 'gpl-anywhere', name: 'Old rule' });
    await api.post('/v1/policies/old-rule/activate');
    const before = (await log('together')).length;
    const answer = await change('together', [
      { change: 'deactivate', policyId: 'old-rule' },
      { change: 'retire', policyId: 'old-rule' },
      { change: 'save', name: 'Old rule', rego: rego('left-pad'), active: true },
      { change: 'save', name: 'Also', template: 'epss-over-threshold', active: true },
      { change: 'save', name: 'Later', template: 'gpl-anywhere' },
    ]);
    expect(answer).toMatchObject({
      status: 200,
      body: {
        dryRun: false,
        warnings: [{ at: 2, code: 'unknown_input_path' }],
        changed: [
          { policyId: 'old-rule', retired: true, activeBefore: 1, activeAfter: null, created: false },
          { policyId: 'old-rule-2', created: true, revisionAfter: 1, activeAfter: 1 },
          { policyId: 'also', created: true, activeAfter: 1 },
          { policyId: 'later', created: true, activeAfter: null },
        ],
      },
    });
    const events = (await dataOf('together')).slice(before);
    expect(events.map(({ type }) => type)).toEqual([
      'PolicyDeactivated',
      'PolicyRetired',
      'PolicyRevised',
      'PolicyActivated',
      'PolicyRevised',
      'PolicyActivated',
      'PolicyRevised',
    ]);
    const { changeSet } = answer.body as PoliciesChanged;
    expect(new Set(events.map((event) => event['changeSet']))).toEqual(new Set([changeSet]));
    const sets = new Set(events.map((event) => event['policySetDigest']).filter((digest) => digest !== undefined));
    expect(sets.size).toBe(1);
    expect((await setNamed([...sets][0])).policies.map(({ policyId }) => policyId)).toEqual(['also', 'old-rule-2']);
  });

  test('is refused as a whole, and names the change and the field', async () => {
    const before = await log('whole');
    for (const [bad, status, pointer] of [
      [{ change: 'activate', policyId: 'nope' }, 404, '/changes/1'],
      [{ change: 'activate', policyId: 'also' }, 404, '/changes/1'],
      [{ change: 'save', policyId: 'also', template: 'gpl-anywhere' }, 404, '/changes/1'],
      [{ change: 'save', name: 'FINE', template: 'gpl-anywhere' }, 409, '/changes/1/name'],
      [{ change: 'save', name: 'Broken', rego: 'package cloudsmith\nmatch if {' }, 422, '/changes/1/rego'],
      [{ change: 'save', rego: rego('x') }, 422, '/changes/1/name'],
      [{ change: 'explode', policyId: 'also' }, 422, '/changes/1/change'],
    ] as const) {
      const answer = await change('whole', [
        { change: 'save', name: 'Fine', template: 'gpl-anywhere', active: true },
        bad,
      ]);
      expect(answer, JSON.stringify(bad)).toMatchObject({ status });
      expect((answer.body as { errors: { pointer: string }[] }).errors[0]?.pointer).toBe(pointer);
    }
    expect(await log('whole')).toEqual(before);
  });

  test('that is only tried tells the same and stores nothing', async () => {
    const wanted = [{ change: 'save', name: 'Tried', rego: rego('tried'), active: true }];
    const tried = await change('tried', wanted, { dryRun: true });
    expect(tried).toMatchObject({
      status: 200,
      body: { dryRun: true, changeSet: null, changed: [{ policyId: 'tried', created: true, activeAfter: 1 }] },
    });
    expect(await log('tried')).toEqual([]);
    const done = await change('tried', wanted);
    expect((done.body as PoliciesChanged).changed).toEqual((tried.body as PoliciesChanged).changed);
  });

  test('that asks for what is there already changes nothing', async () => {
    const again = await change('tried', [{ change: 'save', policyId: 'tried', rego: rego('tried'), active: true }]);
    expect(again).toMatchObject({ status: 200, body: { changeSet: null, changed: [] } });
    expect(await log('tried')).toHaveLength(2);
  });
});
