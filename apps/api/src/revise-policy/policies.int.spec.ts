import { policySetSchema, type PolicyView } from '@weir/contracts';
import { verifyLog } from '@weir/event-store';
import { findOpa } from '@weir/policy';
import { tmpdir } from 'node:os';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createApiDatabase, startApi, type ApiDatabase, type TestApi } from '../testing/api-for-tests.js';
import { epssTemplate, libraryForTests } from '../testing/library-for-tests.js';

const OWN = 'package cloudsmith\n\ndefault match := false\n\nmatch if input.v0.name == "left-pad"\n';
const BROKEN = 'package cloudsmith\n\ndefault match := false\n\nmatch if {\n  input.v0.name ==\n}\n';

let database: ApiDatabase;
let withoutOpa: TestApi;
let withOpa: TestApi;
beforeAll(async () => {
  database = await createApiDatabase();
  withoutOpa = await startApi(database);
  withOpa = await startApi(database, { findCompiler: () => findOpa({ cacheDirectory: tmpdir() }) });
});
afterAll(async () => {
  await Promise.all([withoutOpa.close(), withOpa.close()]);
  await database.drop();
});

const activeSet = async () => {
  const events = await database.store.read('policy/0', { position: 0, limit: 500 });
  const { policySetDigest } = events.findLast(({ type }) => type !== 'PolicyRevised')?.data as {
    policySetDigest: string;
  };
  const evidence = await database.store.evidence(policySetDigest);
  return policySetSchema.parse(JSON.parse(Buffer.from(evidence?.bytes ?? []).toString()));
};

describe('where there is no OPA', () => {
  test('a policy of the library is saved with what differs from its template, and activated', async () => {
    const created = await withoutOpa.post('/v1/policies', {
      template: 'epss-over-threshold',
      parameters: { threshold: 0.005 },
    });
    expect(created).toMatchObject({
      status: 201,
      body: {
        policyId: 'epss-over-threshold',
        name: 'EPSS at or over a threshold',
        activeRevision: null,
        latestRevision: 1,
        warnings: [],
      },
    });
    expect(created.body).toMatchObject({
      revisions: [
        {
          rego: epssTemplate.rego,
          template: 'epss-over-threshold',
          parameters: { threshold: 0.005 },
          actions: epssTemplate.actions,
        },
      ],
    });

    expect(await withoutOpa.post('/v1/policies/epss-over-threshold/activate')).toMatchObject({
      status: 200,
      body: { activeRevision: 1 },
    });
    const set = await activeSet();
    expect(set.module).toEqual({ wasmDigest: libraryForTests.module.digest });
    expect(set.policies).toMatchObject([
      { policyId: 'epss-over-threshold', slot: 'epss_1', revision: 1, parameters: { threshold: 0.005 } },
    ]);
    const { policySetDigest } = (await database.store.read('policy/0', { position: 1, limit: 1 }))[0]?.data as {
      policySetDigest: string;
    };
    expect(await withoutOpa.get(`/v1/policy-sets/${policySetDigest}`)).toMatchObject({
      status: 200,
      type: 'application/json',
      body: set,
    });
    const wasm = await database.store.evidence(libraryForTests.module.digest);
    expect(Buffer.from(wasm?.bytes ?? []).equals(libraryForTests.module.wasm)).toBe(true);
  });

  test('a further revision waits until it is activated, and the last one deactivated leaves an empty set', async () => {
    const revised = await withoutOpa.put('/v1/policies/epss-over-threshold', {
      template: 'epss-over-threshold',
      parameters: { threshold: 0.5 },
    });
    expect(revised).toMatchObject({ status: 200, body: { activeRevision: 1, latestRevision: 2 } });
    expect((await activeSet()).policies).toMatchObject([{ revision: 1 }]);
    await withoutOpa.post('/v1/policies/epss-over-threshold/activate', {});
    expect((await activeSet()).policies).toMatchObject([{ revision: 2, parameters: { threshold: 0.5 } }]);
    await withoutOpa.post('/v1/policies/epss-over-threshold/activate', { revision: 1 });
    expect((await activeSet()).policies).toMatchObject([{ revision: 1 }]);
    expect(await withoutOpa.post('/v1/policies/epss-over-threshold/deactivate')).toMatchObject({
      status: 200,
      body: { activeRevision: null },
    });
    expect(await activeSet()).toEqual({ workspace: 'default', module: null, policies: [] });
  });

  test('saving what is saved already adds no revision', async () => {
    const again = await withoutOpa.put('/v1/policies/epss-over-threshold', {
      template: 'epss-over-threshold',
      parameters: { threshold: 0.5 },
    });
    expect(again).toMatchObject({ status: 200, body: { latestRevision: 2 } });
  });

  test('a policy keeps its name and description through revisions unless others are given', async () => {
    await withoutOpa.post('/v1/policies', {
      template: 'gpl-anywhere',
      name: 'No GPL for us',
      description: 'Ours.',
      workspace: 'names',
    });
    const revised = await withoutOpa.put('/v1/policies/no-gpl-for-us', { template: 'gpl-anywhere', precedence: 3 });
    expect(revised).toMatchObject({
      status: 200,
      body: { name: 'No GPL for us', description: 'Ours.', latestRevision: 2 },
    });
    expect(
      await withoutOpa.put('/v1/policies/no-gpl-for-us', { template: 'gpl-anywhere', description: null }),
    ).toMatchObject({ body: { description: null } });
  });

  test('a text of its own is refused with 503 and the cure, and nothing is stored', async () => {
    const refused = await withoutOpa.post('/v1/policies', { name: 'Own', rego: OWN });
    expect(refused).toMatchObject({
      status: 503,
      type: 'application/problem+json',
      body: { detail: expect.stringContaining('Install OPA 1.22.2') as string },
    });
    expect(refused.headers.get('retry-after')).toBe('15');
    expect((await withoutOpa.get('/v1/policies/own')).status).toBe(404);
  });

  test('a request does not wait for ever while the compiler is fetched', async () => {
    const slow = await startApi(database, { findCompiler: () => new Promise(() => undefined), compilerWaitMillis: 20 });
    expect(await slow.post('/v1/policies/check', { rego: OWN })).toMatchObject({
      status: 503,
      body: { detail: expect.stringContaining('being fetched') as string },
    });
    await slow.close();
  });
});

describe('where there is OPA', () => {
  test('a text of its own is checked, saved, and compiled into one module with the others when it is activated', async () => {
    await withOpa.post('/v1/policies/epss-over-threshold/activate');
    expect(await withOpa.post('/v1/policies', { name: 'Left pad', rego: OWN, precedence: 7 })).toMatchObject({
      status: 201,
      body: { policyId: 'left-pad' },
    });
    expect(await withOpa.post('/v1/policies/left-pad/activate')).toMatchObject({ status: 200 });
    const set = await activeSet();
    expect(set.policies).toMatchObject([
      { policyId: 'left-pad', slot: 'left_pad', reads: { inputPaths: ['v0.name'] } },
      { policyId: 'epss-over-threshold', slot: 'epss_over_threshold' },
    ]);
    const wasm = await database.store.evidence(set.module?.wasmDigest ?? '');
    expect(wasm?.kind).toBe('wasm');
    expect(
      Buffer.from(wasm?.bytes ?? [])
        .subarray(0, 4)
        .toString('latin1'),
    ).toBe('\0asm');
  });

  test('a syntax error is refused with its line and column, as the check shows it', async () => {
    const refused = await withOpa.post('/v1/policies', { name: 'Broken', rego: BROKEN });
    expect(refused).toMatchObject({
      status: 422,
      type: 'application/problem+json',
      body: {
        errors: [
          {
            pointer: '/rego',
            code: 'rego_parse_error',
            line: expect.any(Number) as number,
            column: expect.any(Number) as number,
          },
        ],
      },
    });
    const { errors, detail } = refused.body as { errors: { line: number; column: number }[]; detail: string };
    expect(errors[0]?.line).toBeGreaterThanOrEqual(6);
    expect(detail).toContain(`line ${errors[0]?.line ?? 0}, column ${errors[0]?.column ?? 0}`);
    expect(await withOpa.post('/v1/policies/check', { rego: BROKEN })).toMatchObject({
      status: 200,
      body: { valid: false, findings: [{ severity: 'error', code: 'rego_parse_error' }] },
    });
    expect(await withOpa.post('/v1/policies/check', { rego: OWN })).toMatchObject({
      status: 200,
      body: { valid: true },
    });
  });

  test('what can never work is refused with its place, or warned of, also for its parameters', async () => {
    const set = 'package cloudsmith\n\nmatch contains "x"\n';
    expect(await withOpa.post('/v1/policies', { name: 'A set', rego: set })).toMatchObject({
      status: 422,
      body: { errors: [{ pointer: '/rego', code: 'match_not_boolean', line: 3, column: 1 }] },
    });
    const rego = 'package cloudsmith\n\nmatch if { data.parameters.on; input.v0.package.name == "x" }\n';
    expect(
      await withOpa.post('/v1/policies', { name: 'Switch', rego, parameters: { no: 1, on: false } }),
    ).toMatchObject({
      status: 201,
      body: { warnings: [{ code: 'unknown_parameter' }, { code: 'never_matches', line: 3 }] },
    });
    expect(await withOpa.put('/v1/policies/switch', { rego, parameters: { on: true } })).toMatchObject({
      status: 200,
      body: { warnings: [] },
    });
  });

  test('a call out of the sandbox is refused', async () => {
    const rego = `${OWN}\nmatch if http.send({"method": "GET", "url": "https://example.org"}).status_code == 200\n`;
    expect(await withOpa.post('/v1/policies', { name: 'Calls home', rego })).toMatchObject({
      status: 422,
      body: { errors: [{ pointer: '/rego' }] },
    });
  });
});

describe('garbage', () => {
  test.each<[string, unknown, number, string]>([
    ['no text and no template', { name: 'x' }, 422, '/rego'],
    ['a text without a name', { rego: OWN }, 422, '/name'],
    ['text and template at once', { name: 'x', rego: OWN, template: 'gpl-anywhere' }, 422, '/template'],
    ['an unknown template', { template: 'nope' }, 422, '/template'],
    ['a template called as what every object has', { template: 'constructor' }, 422, '/template'],
    [
      'a parameter out of range',
      { name: 'x', template: 'epss-over-threshold', parameters: { threshold: 2 } },
      422,
      '/parameters/threshold',
    ],
    [
      'a parameter of the wrong type',
      { name: 'x', template: 'epss-over-threshold', parameters: { threshold: '0.2' } },
      422,
      '/parameters/threshold',
    ],
    [
      'a parameter that would pass for evidence',
      { name: 'x', rego: OWN, parameters: { only: [{ imageDigest: `sha256:${'0'.repeat(64)}` }] } },
      422,
      '/parameters',
    ],
    [
      'a misspelt parameter',
      { name: 'x', template: 'epss-over-threshold', parameters: { treshold: 0.2 } },
      422,
      '/parameters',
    ],
    [
      'a misspelt list in a scope, which would widen it',
      { name: 'x', template: 'gpl-anywhere', scope: { repository: ['a'] } },
      422,
      '/scope',
    ],
    ...(['repositories', 'formats', 'teams', 'regions'] as const).flatMap((list) =>
      ['npm-*', '?', ' npm', 'npm\t', '', 'x'.repeat(101)].map((value): [string, unknown, number, string] => [
        `a scope with ${JSON.stringify(value.slice(0, 10))} in ${list}, which no package can be in`,
        { name: 'x', template: 'gpl-anywhere', scope: { [list]: ['npm', value] } },
        422,
        `/scope/${list}/1`,
      ]),
    ),
    [
      'a scope with a format that nothing has',
      { name: 'x', template: 'gpl-anywhere', scope: { formats: ['ruby', 'gem', 'NPM'] } },
      422,
      '/scope/formats/2',
    ],
    [
      'an unknown environment',
      { name: 'x', template: 'gpl-anywhere', scope: { environments: ['prod'] } },
      422,
      '/scope/environments/0',
    ],
    [
      'an unknown action',
      { name: 'x', template: 'gpl-anywhere', actions: [{ type: 'Explode' }] },
      422,
      '/actions/0/type',
    ],
    [
      'an unknown state',
      { name: 'x', template: 'gpl-anywhere', actions: [{ type: 'SetPackageState', state: 'gone' }] },
      422,
      '/actions/0/state',
    ],
    ['a precedence that is no integer', { name: 'x', template: 'gpl-anywhere', precedence: 1.5 }, 422, '/precedence'],
    ['a text of the wrong type', { name: 'x', rego: ['package a'] }, 422, '/rego'],
    ['a workspace in capitals', { workspace: 'Default', template: 'gpl-anywhere' }, 422, '/workspace'],
  ])('%s is refused and names the field', async (_, body, status, pointer) => {
    const answer = await withoutOpa.post('/v1/policies', body);
    expect(answer).toMatchObject({ status, type: 'application/problem+json' });
    expect((answer.body as { errors: { pointer: string }[] }).errors.map((error) => error.pointer)).toContain(pointer);
  });

  test('an unknown field is refused with the fields that exist', async () => {
    const answer = await withoutOpa.post('/v1/policies', { template: 'gpl-anywhere', enabled: true });
    expect(answer).toMatchObject({
      status: 422,
      body: { detail: expect.stringMatching(/no field enabled: remove it, or use one of .*precedence/) as string },
    });
  });

  test.each(['nope', 'constructor', '__proto__', '%00', 'a%2Fb'])('an unknown id %s is 404 everywhere', async (id) => {
    expect((await withoutOpa.get(`/v1/policies/${id}`)).status).toBe(404);
    expect((await withoutOpa.put(`/v1/policies/${id}`, { template: 'gpl-anywhere' })).status).toBe(404);
    expect((await withoutOpa.post(`/v1/policies/${id}/activate`)).status).toBe(404);
    expect((await withoutOpa.post(`/v1/policies/${id}/deactivate`)).status).toBe(404);
  });

  test.each(['nope', `sha256:${'0'.repeat(64)}`, epssTemplate.regoDigest])(
    'there is no policy set %s: 404',
    async (digest) => {
      expect(await withoutOpa.get(`/v1/policy-sets/${digest}`)).toMatchObject({
        status: 404,
        type: 'application/problem+json',
      });
    },
  );

  test('what cannot be done in this state is 409 or 422 and says the cure', async () => {
    await withoutOpa.post('/v1/policies', { template: 'gpl-anywhere' });
    expect(await withoutOpa.post('/v1/policies', { template: 'gpl-anywhere' })).toMatchObject({
      status: 409,
      body: { errors: [{ pointer: '/name' }] },
    });
    expect(await withoutOpa.post('/v1/policies/gpl-anywhere/deactivate')).toMatchObject({ status: 409 });
    expect(await withoutOpa.post('/v1/policies/gpl-anywhere/activate', { revision: 9 })).toMatchObject({
      status: 422,
      body: { errors: [{ pointer: '/revision' }] },
    });
    expect(await withoutOpa.post('/v1/policies/gpl-anywhere/activate', { revision: '1' })).toMatchObject({
      status: 422,
      body: { errors: [{ pointer: '/revision' }] },
    });
    const edit = { template: 'gpl-anywhere', precedence: 1 };
    expect((await withoutOpa.put('/v1/policies/gpl-anywhere', { ...edit, baseRevision: 1 })).status).toBe(200);
    expect(
      await withoutOpa.put('/v1/policies/gpl-anywhere', { ...edit, precedence: 2, baseRevision: 1 }),
    ).toMatchObject({ status: 409, body: { errors: [{ pointer: '/baseRevision' }] } });
  });
});

test('two services change policies at once: nothing is lost, and the log has one line of revisions', async () => {
  const second = await startApi({ ...database });
  const names = Array.from({ length: 6 }, (_, i) => `Rush ${i}`);
  const answers = await Promise.all(
    names.map((name, i) =>
      (i % 2 ? second : withoutOpa).post('/v1/policies', { workspace: 'rush', template: 'gpl-anywhere', name }),
    ),
  );
  expect(answers.map(({ status }) => status)).toEqual(names.map(() => 201));
  const edits = await Promise.all(
    names.map((_, i) =>
      (i % 2 ? second : withoutOpa).put('/v1/policies/rush-0', {
        template: 'gpl-anywhere',
        name: 'Rush 0',
        precedence: i,
      }),
    ),
  );
  expect(edits.map(({ status }) => status)).toEqual(names.map(() => 200));
  for (const api of [withoutOpa, second]) {
    expect((await api.get('/v1/policies?workspace=rush')).body).toMatchObject({ policies: { length: 6 } });
    const { revisions } = (await api.get('/v1/policies/rush-0')).body as PolicyView;
    expect(revisions.map(({ revision }) => revision)).toEqual([1, 2, 3, 4, 5, 6, 7]);
  }
  await second.close();
  expect(await verifyLog(database.pool)).toMatchObject({ valid: true });
});
