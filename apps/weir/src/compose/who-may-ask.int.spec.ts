import { composeAction, actionConfigurationSchema } from '@weir/action';
import { composeApi, apiConfigurationSchema } from '@weir/api';
import { composeEnrichment, enrichmentConfigurationSchema } from '@weir/enrichment';
import { eventCatalog, PERMISSIONS } from '@weir/domain';
import { composeEvaluation, evaluationConfigurationSchema } from '@weir/evaluation';
import { openEventStore } from '@weir/event-store';
import { composeIngest, ingestConfigurationSchema } from '@weir/ingest';
import { openEmbeddedTopics, type Topics } from '@weir/messaging';
import {
  createLogger,
  guardedRoutes,
  readConfiguration,
  type Composed,
  type GuardedRoute,
  type KeyRing,
  type ProcessPorts,
} from '@weir/service';
import type pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestService, type TestService } from '../../../../tools/testing/start-service.js';
import { createTestDatabase, type TestDatabase } from '../../../../tools/testing/test-database.js';
import { openTestPool } from '../../../../tools/testing/test-pool.js';
import { migrate } from './migrate-database.js';

let database: TestDatabase;
let pool: pg.Pool;
let topics: Topics;
beforeAll(async () => {
  database = await createTestDatabase();
  await migrate(database.ownerUrl);
  pool = openTestPool(database.serviceUrl);
  topics = await openEmbeddedTopics({
    databaseUrl: database.serviceUrl,
    partitions: 1,
    logger: createLogger('test').child({}, { level: 'silent' }),
  });
});
afterAll(async () => {
  await topics.close();
  await pool.end();
  await database.drop();
});

/** A key for each permission alone, named like it. */
const ring: KeyRing = {
  state: () => 'guarded',
  find: (key) => {
    if (key === 'all') return { name: key, keyId: key, permissions: PERMISSIONS, workspaces: null };
    if (key === 'bound') return { name: key, keyId: key, permissions: PERMISSIONS, workspaces: ['mine'] };
    const permission = PERMISSIONS.find((one) => one === key);
    return permission
      ? { name: key, keyId: key, permissions: [permission], workspaces: null }
      : { refused: 'This key is not known here.' };
  },
};

type Compose = (
  ports: ProcessPorts & {
    readonly pool: pg.Pool;
    readonly topics: Topics;
    readonly store: ReturnType<typeof openEventStore>;
  },
  env: NodeJS.ProcessEnv,
) => Composed | Promise<Composed>;

/** Pages need the built console, and change nothing. */
const withoutPages = ({ addPages: _, ...part }: Composed): Composed => part;

const SERVICES: readonly (readonly [name: string, compose: Compose])[] = [
  ['ingest', (ports, env) => composeIngest(ports, readConfiguration(ingestConfigurationSchema, env))],
  ['enrichment', (ports, env) => composeEnrichment(ports, readConfiguration(enrichmentConfigurationSchema, env))],
  ['evaluation', (ports, env) => composeEvaluation(ports, readConfiguration(evaluationConfigurationSchema, env))],
  ['action', (ports, env) => composeAction(ports, readConfiguration(actionConfigurationSchema, env))],
  ['api', (ports, env) => withoutPages(composeApi(ports, readConfiguration(apiConfigurationSchema, env)))],
];

const start = (name: string, compose: Compose): Promise<TestService> =>
  startTestService(
    name,
    (ports) =>
      compose(
        { ...ports, pool, topics, store: openEventStore(pool, eventCatalog) },
        { DATABASE_URL: database.serviceUrl, PARTITIONS: '1' },
      ),
    { ring },
  );

/** What a page of others can make a browser send, beside a key that opens everything. */
const FOREIGN: readonly Readonly<Record<string, string>>[] = [
  { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' },
  { origin: 'https://evil.example' },
  { 'sec-fetch-site': 'cross-site' },
  { origin: 'http://localhost:1', 'sec-fetch-site': 'same-site' },
  { origin: 'null' },
];

/** fetch lets nobody name another Host. */
const askAs = (service: TestService, method: string, path: string, headers: Readonly<Record<string, string>>) =>
  service.app
    .getHttpAdapter()
    .getInstance()
    .inject({ method: method as 'GET', url: path, headers: { 'x-api-key': 'all', ...headers } })
    .then(({ statusCode, body }) => ({ status: statusCode, body }));

/** The status alone: a stream has no end. */
const ask = async (url: string, method: string, headers: Readonly<Record<string, string>>) => {
  const gone = new AbortController();
  const hasBody = method !== 'GET' && method !== 'HEAD';
  const response = await fetch(url, {
    method,
    headers: { ...headers, ...(hasBody && { 'content-type': 'application/json' }) },
    ...(hasBody && { body: '{}' }),
    signal: gone.signal,
  });
  const detail =
    response.status === 403 && method !== 'HEAD' ? ((await response.json()) as { readonly detail: string }).detail : '';
  gone.abort();
  return { status: response.status, detail };
};

/** What is told to everybody. A route that is added here tells strangers what it tells: say why in ADR 0170. */
const NEEDS_NO_KEY = new Set(['/health', '/ready', '/problems', '/problems/:kind']);

/** Feeds and the library are of no workspace, and a principal is the key's own. A route that is added here says why. */
const OF_NO_WORKSPACE = new Set(['/v1/feeds', '/v1/policy-library', '/v1/principal']);

const SAFE = new Set(['GET', 'HEAD', 'OPTIONS']);

const pathOf = (url: string): string => url.replaceAll(/:\w+|\*/g, 'x');

describe.each(SERVICES)('%s alone', (name, compose) => {
  let service: TestService;
  let routes: readonly GuardedRoute[];
  beforeAll(async () => {
    service = await start(name, compose);
    routes = guardedRoutes(service.app.getHttpAdapter().getInstance());
  });
  afterAll(() => service.close());

  test('tells nobody unknown anything but that it lives', async () => {
    for (const { method, url } of routes) {
      const isOpen = NEEDS_NO_KEY.has(url);
      for (const headers of [{}, { 'x-api-key': 'nonsense' }, { authorization: 'Bearer nonsense' }]) {
        const { status } = await ask(service.url + pathOf(url), method, headers);
        expect(status === 401, `${method} ${url} with ${JSON.stringify(headers)} is answered ${status}`).toBe(!isOpen);
      }
    }
  });

  test('lets in each key where its permission is needed, and names what it lacks elsewhere', async () => {
    for (const { method, url, permission } of routes) {
      for (const key of PERMISSIONS) {
        const { status, detail } = await ask(service.url + pathOf(url), method, { 'x-api-key': key });
        const isLetIn = permission === 'nothing' || permission === 'known' || permission === key;
        expect(status === 401 || status === 403, `${method} ${url} with ${key} is answered ${status}`).toBe(!isLetIn);
        if (!isLetIn && method !== 'HEAD') expect(detail).toContain(`lacks the permission ${permission}`);
      }
    }
  });

  test('answers no request under a name that is none of its own, whatever the key', async () => {
    for (const { method, url } of routes)
      for (const host of ['rebound.example', 'rebound.example:8080', 'localhost.evil.example']) {
        const { status, body } = await askAs(service, method, pathOf(url), { host });
        expect(status, `${method} ${url} as ${host}`).toBe(421);
        if (method !== 'HEAD') expect(JSON.parse(body)).toHaveProperty('detail');
      }
  });

  test('lets no page of others change anything, whatever the key', async () => {
    const writes = routes.filter(({ method }) => !SAFE.has(method));
    for (const { method, url } of writes)
      for (const headers of FOREIGN) {
        const { status, body } = await askAs(service, method, pathOf(url), { host: 'localhost', ...headers });
        expect(status, `${method} ${url} with ${JSON.stringify(headers)}`).toBe(403);
        expect(body).toContain('may change nothing here');
      }
  });

  test('is closed to a key of one workspace wherever a route does not keep to workspaces', async () => {
    for (const { method, url } of routes.filter(({ workspaces }) => workspaces === 'all')) {
      if (NEEDS_NO_KEY.has(url)) continue;
      const { status, detail } = await ask(service.url + pathOf(url), method, { 'x-api-key': 'bound' });
      expect(status, `${method} ${url}`).toBe(403);
      if (method !== 'HEAD') expect(detail).toContain('is bound to mine');
    }
  });

  test('shows a key of one workspace nothing when it names another', async () => {
    for (const { method, url } of routes.filter((route) => route.workspaces === 'own' && route.method === 'GET')) {
      const path = `${pathOf(url)}?workspace=theirs${url === '/v1/verdict' ? '&purl=pkg:npm/a@1' : ''}`;
      const { status } = await ask(service.url + path, method, { 'x-api-key': 'bound' });
      if (NEEDS_NO_KEY.has(url) || OF_NO_WORKSPACE.has(url)) continue;
      expect([400, 403, 404], `${method} ${path} is answered ${status}`).toContain(status);
    }
  });
});
