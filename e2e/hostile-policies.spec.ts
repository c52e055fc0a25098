import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ask, askUntil, post, publication } from './harness/http.js';
import { removeFolder, startWeirProcess, temporaryFolder, type RunningWeir } from './harness/weir-process.js';

const data = temporaryFolder();
let weir: RunningWeir;

beforeAll(async () => {
  weir = await startWeirProcess(data, { POLICY_DEADLINE_MS: '250', POLICY_MEMORY_MB: '32' });
});
afterAll(async () => {
  await weir.end('SIGTERM');
  removeFolder(data);
});

interface Problem {
  detail: string;
  errors: { pointer: string; detail: string; line?: number; column?: number }[];
}
interface Stored {
  data: {
    results: { name: string; match: boolean | null; error: { code: string; message: string } | null }[];
    desired: { state: string };
  };
}

const quarantine = [{ type: 'SetPackageState', state: 'quarantined' }];
const loops = `package cloudsmith
default match := false
numbers_to_try := numbers.range(1, 500)
match if {
  some a in numbers_to_try
  some b in numbers_to_try
  a < b
  some c in numbers_to_try
  b < c
  some d in numbers_to_try
  c < d
  d < a
}`;
const allocates = `package cloudsmith
default match := false
match if { count({x: y | some x in numbers.range(1, 50000000); y := sprintf("%d", [x])}) == 0 }`;
const fine = `package cloudsmith
default match := false
match if { input.v0.package.name == "left-pad" }`;

const save = (name: string, rego: string) =>
  post<Problem & { policyId: string }>(weir.url, '/v1/policies', { name, rego, actions: quarantine });
const activate = async (name: string, rego: string): Promise<void> => {
  const saved = await save(name, rego);
  expect(saved.status, JSON.stringify(saved.body)).toBe(201);
  const activated = await post(weir.url, `/v1/policies/${saved.body.policyId}/activate`, {});
  expect(activated.status, JSON.stringify(activated.body)).toBeLessThan(300);
};

describe('refused when saved', () => {
  test('a policy that calls http.send, naming the built-in', async () => {
    const { status, type, body } = await save(
      'calls out',
      `package cloudsmith\ndefault match := false\nmatch if { http.send({"method": "get", "url": "http://127.0.0.1/"}).status_code == 200 }`,
    );
    expect([status, type]).toEqual([422, expect.stringContaining('application/problem+json')]);
    expect(JSON.stringify(body)).toContain('http.send');
  });

  test('a policy with a syntax error, with line and column', async () => {
    const { status, body } = await save('broken', 'package cloudsmith\n\nmatch if {\n  input.v0.package.name ==\n}\n');
    expect(status).toBe(422);
    expect(body.errors[0]).toMatchObject({
      pointer: '/rego',
      line: expect.any(Number) as number,
      column: expect.any(Number) as number,
    });
  });
});

describe('ended while judging', () => {
  test('a policy that loops and one that allocates without end are errors, others answer, and nothing passes by accident', async () => {
    await activate('fine', fine);
    await activate('loops for ever', loops);
    await activate('allocates without end', allocates);
    await post(
      weir.url,
      '/v1/events',
      publication('hostile-1', 'pkg:npm/left-pad@1.3.0'),
      'application/cloudevents+json',
    );
    const verdict = await askUntil<{ allowed: boolean; decision: { id: string } }>(
      weir.url,
      `/v1/verdict?purl=${encodeURIComponent('pkg:npm/left-pad@1.3.0')}&repository=npm-dev`,
      ({ status }) => status === 200,
      60_000,
    );
    expect(verdict.body.allowed).toBe(false);
    const decision = await ask<Stored>(weir.url, `/v1/decisions/${verdict.body.decision.id}`);
    const byName = new Map(decision.body.data.results.map((result) => [result.name, result]));
    expect(byName.get('fine')).toMatchObject({ match: true, error: null });
    expect(byName.get('loops for ever')).toMatchObject({ match: null, error: { code: 'deadline_exceeded' } });
    expect(byName.get('allocates without end')?.match).toBeNull();
    expect(byName.get('allocates without end')?.error?.code).toMatch(/memory_exceeded|deadline_exceeded/);
  });

  test('a package that no good policy objects to is held by the failure of a closed policy, and the reason says so', async () => {
    await post(
      weir.url,
      '/v1/events',
      publication('hostile-2', 'pkg:npm/is-odd@1.0.0'),
      'application/cloudevents+json',
    );
    const verdict = await askUntil<{ allowed: boolean; why: { policy: string; error: string | null }[] }>(
      weir.url,
      `/v1/verdict?purl=${encodeURIComponent('pkg:npm/is-odd@1.0.0')}&repository=npm-dev`,
      ({ status }) => status === 200,
      60_000,
    );
    expect(verdict.body.allowed).toBe(false);
    expect(verdict.body.why.map(({ policy, error }) => [policy, error !== null])).toEqual(
      expect.arrayContaining([['loops for ever', true]]),
    );
  });

  test('events go on being judged at a bearable pace with the hostile policies active', async () => {
    const events = Array.from({ length: 50 }, (_, i) => publication(`pace-${i}`, `pkg:npm/pace-${i}@1.0.0`));
    await post(weir.url, '/v1/events', events, 'application/cloudevents-batch+json');
    const last = await askUntil(
      weir.url,
      `/v1/verdict?purl=${encodeURIComponent('pkg:npm/pace-49@1.0.0')}&repository=npm-dev`,
      ({ status }) => status === 200,
      60_000,
    );
    expect(last.status).toBe(200);
  });
});
