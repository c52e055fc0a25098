import { eventCatalog } from '@weir/domain';
import { openEventStore, type EventCatalog, type EventStore, type NewEvent } from '@weir/event-store';
import { scrape } from '@weir/service';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { newerCatalog, NEWER_VERSION, sentenceOn } from '../../../tools/testing/newer-weir.js';
import { readPosition } from './follow-log/follow-log.js';
import { createApiDatabase, startApi, type ApiDatabase, type TestApi } from './testing/api-for-tests.js';
import { appendDecisions, decisionEvent } from './testing/decisions-for-tests.js';

const WITHIN = { timeout: 20_000, interval: 20 };
const SHARD = 'evaluation/0';

let database: ApiDatabase;
let api: TestApi;
let newer: EventStore;
beforeEach(async () => {
  database = await createApiDatabase();
  newer = openEventStore(database.pool, newerCatalog);
  await start(eventCatalog);
});
afterEach(async () => {
  await api.close();
  await database.drop();
});

/** The API in a process of its own, knowing the events of `catalog`. */
const start = async (catalog: EventCatalog): Promise<void> => {
  api = await startApi({ ...database, store: openEventStore(database.pool, catalog) }, { heartbeatMillis: 50 });
};
const append = async (shard: string, ...events: readonly NewEvent[]): Promise<void> => {
  await (await newer.openShard(shard)).append({ events });
};
const refusalOf = (sentence: string) => ({
  status: 503,
  type: 'application/problem+json',
  body: { type: '/problems/unavailable', title: 'Not possible for now', status: 503, detail: sentence },
});
const template = { template: 'epss-over-threshold' };

const newPolicyEvent = (type: string, version: number): NewEvent => {
  const data = { workspace: 'default', policyId: 'epss-over-threshold', policySetDigest: '', actor: null };
  return { type, version, subject: 'epss-over-threshold', data, occurredAt: '2026-08-02T09:30:00.000Z' };
};

describe.each([
  ['type', newPolicyEvent('SomethingNew', 1)],
  ['version', newPolicyEvent('PolicyDeactivated', NEWER_VERSION)],
])('an event of an unknown %s among the policies', (_what, event) => {
  test('is named to whoever asks for them or changes them; packages are still told', async () => {
    expect((await api.post('/v1/policies', template)).status).toBe(201);
    await append('policy/0', event);
    const refusal = refusalOf(sentenceOn(event.type, event.version, 'policy/0', 1));
    expect(await api.get('/v1/policies')).toMatchObject(refusal);
    expect(await api.get('/v1/policies/epss-over-threshold')).toMatchObject(refusal);
    expect(await api.post('/v1/policies', template)).toMatchObject(refusal);
    expect(await api.post('/v1/policies/epss-over-threshold/activate', {})).toMatchObject(refusal);
    expect(await newer.read('policy/0', { position: 0, limit: 10 })).toHaveLength(2);
    expect((await api.get('/v1/packages')).status).toBe(200);
    expect((await scrape()).text).toContain('weir_unknown_events{service="api"} 1\n');
  });
});

test('policies are told again by an updated API', async () => {
  await api.post('/v1/policies', template);
  await append('policy/0', newPolicyEvent('PolicyDeactivated', NEWER_VERSION));
  expect((await api.get('/v1/policies')).status).toBe(503);
  await api.close();
  await start(newerCatalog);
  expect(await api.get('/v1/policies')).toMatchObject({
    status: 200,
    body: { policies: [{ policyId: 'epss-over-threshold' }] },
  });
  expect((await api.post('/v1/policies', { ...template, name: 'Another' })).status).toBe(201);
});

const stream = async () => {
  const response = await fetch(`${api.url}/v1/stream`);
  return { status: response.status, text: response.text() };
};
const decision = (name: string, version?: number): NewEvent => {
  const event = decisionEvent({ name });
  return version === undefined ? event : { ...event, version };
};

describe.each([
  ['type', { ...decision('b'), type: 'SomethingNew', version: 1 }],
  ['version', decision('b', NEWER_VERSION)],
])('an event of an unknown %s among the decisions', (_what, event) => {
  const sentence = sentenceOn(event.type, event.version, SHARD, 1);

  test('stops the read models there: readiness, verdicts and streams say so', async () => {
    await appendDecisions(database.store, SHARD, [{ name: 'a' }]);
    await vi.waitFor(async () => expect(await readPosition(database.pool, SHARD)).toBe(1), WITHIN);
    const verdict = '/v1/verdict?purl=pkg:npm/a@1.0.0&repository=npm-dev';
    expect(await api.get(verdict)).toMatchObject({ status: 200, body: { allowed: true } });
    const open = await stream();
    await append(SHARD, event, decision('c'));
    expect(await open.text, 'the open stream ends').toContain('retry: ');
    const { status, body } = await api.get('/ready');
    expect([status, body]).toEqual([503, expect.objectContaining({ detail: `Not ready: api (${sentence}).` })]);
    expect(await api.get('/v1/stream')).toMatchObject(refusalOf(sentence));
    const { body: answer, ...refused } = await api.get(verdict);
    expect({ ...refused, body: answer }).toMatchObject(refusalOf(sentence));
    expect(answer).toMatchObject({ allowed: false });
    expect(await api.get('/v1/decisions/evaluation-0-1')).toMatchObject(refusalOf(sentence));
    expect(await readPosition(database.pool, SHARD)).toBe(1);
  });

  test('is passed by an updated API, which goes on from where the old one stopped', async () => {
    await append(SHARD, decision('a'), event, decision('c'));
    await vi.waitFor(async () => expect((await api.get('/ready')).status).toBe(503), WITHIN);
    expect(await readPosition(database.pool, SHARD)).toBe(1);
    await api.close();
    await start(newerCatalog);
    await vi.waitFor(async () => expect(await readPosition(database.pool, SHARD)).toBe(3), WITHIN);
    expect(await api.get('/v1/verdict?purl=pkg:npm/c@1.0.0&repository=npm-dev')).toMatchObject({ status: 200 });
    expect((await api.get('/ready')).status).toBe(200);
  });
});

test('a decision is told as it was stored, in whatever version', async () => {
  const stored = { ...decision('a'), version: 1 };
  await append(SHARD, stored);
  expect(await api.get('/v1/decisions/evaluation-0-0')).toMatchObject({
    status: 200,
    body: { version: 1, data: stored.data },
  });
});
