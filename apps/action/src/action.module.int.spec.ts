import { createLostPositions } from '@weir/messaging';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { readConfiguration, ReadinessChecks, listsOf } from '@weir/service';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { decisionMessage, openActionBench, type ActionBench } from '../../../tools/testing/acting.js';
import { startTestService, type TestService } from '../../../tools/testing/start-service.js';
import { ActionModule } from './action.module.js';
import { composeAction } from './compose-action.js';
import { actionConfigurationSchema } from './config.js';
import { sendWebhook } from './send-webhooks/send-webhook.js';

let bench: ActionBench;
let service: TestService;
let url: string;

beforeAll(async () => {
  bench = await openActionBench();
  const { pool, store, topics } = bench;
  const config = readConfiguration(actionConfigurationSchema, { DATABASE_URL: bench.databaseUrl });
  service = await startTestService('action', (ports) => composeAction({ ...ports, pool, store, topics }, config));
  ({ url } = service);
});
afterAll(async () => {
  await service.close();
  await bench.drop();
});

const get = async (path: string): Promise<{ readonly status: number; readonly body: unknown }> => {
  const response = await fetch(`${url}${path}`);
  return { status: response.status, body: await response.json() };
};

test('the service is ready once it acts', async () => {
  expect((await get('/ready')).status).toBe(200);
});

test('operators page through effects, newest first, and ask for one status or one package', async () => {
  const names = ['a', 'b', 'c'];
  await bench.publish(...names.map((name, position) => decisionMessage({ position, name, state: 'quarantined' })));
  await bench.caughtUp();
  const first = await get('/v1/effects?limit=2&status=recorded');
  expect(first).toMatchObject({
    status: 200,
    body: {
      effects: [{ effectId: 'effect-evaluation-0-2', kind: 'quarantined', status: 'recorded', deliveries: [] }, {}],
    },
  });
  const { nextCursor } = first.body as { nextCursor: string };
  expect((await get(`/v1/effects?limit=2&cursor=${nextCursor}`)).body).toMatchObject({
    effects: [{ effectId: 'effect-evaluation-0-0' }],
    nextCursor: null,
  });
  expect(
    (await get(`/v1/effects?package=${encodeURIComponent('acme/npm-production/pkg:npm/b@4.17.20')}`)).body,
  ).toMatchObject({ effects: [{ effectId: 'effect-evaluation-0-1' }], nextCursor: null });
  expect((await get('/v1/effects?status=pending')).body).toEqual({ effects: [], nextCursor: null });
});

test.each([
  ['status=lost', '/status'],
  ['limit=0', '/limit'],
  ['limit=many', '/limit'],
  ['cursor=LTE', '/cursor'],
  ['cursor=nonsense', '/cursor'],
  ['before=3', ''],
  ['package=a%00b', '/package'],
  ['packages=a', ''],
])('a query that makes no sense is refused with the field: %s', async (query, pointer) => {
  expect(await get(`/v1/effects?${query}`)).toMatchObject({ status: 400, body: { errors: [{ pointer }] } });
});

test('endpoints that are not well described keep the service from starting', async () => {
  const { pool, store, logger } = bench;
  const config = readConfiguration(actionConfigurationSchema, {
    DATABASE_URL: 'postgres://weir@127.0.0.1/unused',
    WEBHOOKS: '[{"name":"ops"}]',
  });
  expect(() =>
    ActionModule.forRoot({
      pool,
      lists: listsOf(pool),
      eventStore: store,
      topics: { lost: createLostPositions() },
      logger,
      readiness: new ReadinessChecks(),
      config,
      clock: () => new Date(),
    }),
  ).toThrow('WEBHOOKS/0/url');
});

test('an endpoint that never answers does not keep the service from stopping', async () => {
  const silent = createServer(() => undefined);
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
  const endpoint = {
    name: 'ops',
    url: `http://127.0.0.1:${(silent.address() as AddressInfo).port}/`,
    secrets: [`whsec_${Buffer.alloc(24, 1).toString('base64')}`],
    kinds: null,
    allowPrivate: true,
  };
  const other = await openActionBench();
  try {
    // Who waited for this endpoint's answer would wait longer than the test may take.
    const action = await other.start([endpoint], { send: sendWebhook({ clock: () => new Date(), timeout: 600_000 }) });
    await other.publish(decisionMessage({ position: 0, state: 'quarantined' }));
    await new Promise<void>((resolve) => silent.once('request', () => resolve()));
    await action.close();
    expect(await other.events(1)).toHaveLength(1);
  } finally {
    await other.drop();
    silent.closeAllConnections();
    silent.close();
  }
});
