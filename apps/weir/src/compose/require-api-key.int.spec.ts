import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { DocumentBuilder, SwaggerModule } from '@nestjs/swagger';
import { composeAction, actionConfigurationSchema } from '@weir/action';
import { composeApi, apiConfigurationSchema } from '@weir/api';
import { composeEnrichment, enrichmentConfigurationSchema } from '@weir/enrichment';
import { eventCatalog } from '@weir/domain';
import { composeEvaluation, evaluationConfigurationSchema } from '@weir/evaluation';
import { openEventStore } from '@weir/event-store';
import { composeIngest, ingestConfigurationSchema } from '@weir/ingest';
import { openEmbeddedTopics, type Topics } from '@weir/messaging';
import { createLogger, readConfiguration, type Composed, type ProcessPorts } from '@weir/service';
import type pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestService } from '../../../../tools/testing/start-service.js';
import { createTestDatabase, type TestDatabase } from '../../../../tools/testing/test-database.js';
import { openTestPool } from '../../../../tools/testing/test-pool.js';
import { migrate } from './migrate-database.js';

const KEY = 'a-key';

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

/** Every request that changes something, as OpenAPI has it. */
const writesOf = (app: NestFastifyApplication): readonly (readonly [method: string, path: string])[] => {
  const { paths } = SwaggerModule.createDocument(app, new DocumentBuilder().build());
  const routes = Object.entries(paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => [method.toUpperCase(), path.replaceAll(/\{\w+\}/g, 'x')] as const),
  );
  return routes.filter(([method]) => method !== 'GET');
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

test.each<[name: string, writes: readonly string[], compose: Compose]>([
  [
    'ingest',
    ['POST /v1/events'],
    (ports, env) => composeIngest(ports, readConfiguration(ingestConfigurationSchema, env)),
  ],
  [
    'enrichment',
    ['POST /v1/feeds/x', 'POST /v1/feeds/x/accept'],
    (ports, env) => composeEnrichment(ports, readConfiguration(enrichmentConfigurationSchema, env)),
  ],
  ['evaluation', [], (ports, env) => composeEvaluation(ports, readConfiguration(evaluationConfigurationSchema, env))],
  ['action', [], (ports, env) => composeAction(ports, readConfiguration(actionConfigurationSchema, env))],
  [
    'api',
    [
      'POST /v1/policies',
      'POST /v1/policies/check',
      'POST /v1/policies/x/activate',
      'POST /v1/policies/x/deactivate',
      'POST /v1/policies/x/retire',
      'POST /v1/policy-changes',
      'PUT /v1/policies/x',
    ],
    (ports, env) => withoutPages(composeApi(ports, readConfiguration(apiConfigurationSchema, env))),
  ],
])('%s alone asks for a key before it changes anything: %s', async (name, writes, compose) => {
  const env = { DATABASE_URL: database.serviceUrl, PARTITIONS: '1', API_KEYS: KEY };
  const service = await startTestService(name, (ports) =>
    compose({ ...ports, pool, topics, store: openEventStore(pool, eventCatalog) }, env),
  );
  const found = writesOf(service.app);
  expect(found.map((route) => route.join(' ')).sort()).toEqual(writes);
  const statusOf = async (method: string, path: string, headers: Readonly<Record<string, string>>): Promise<number> =>
    (
      await fetch(`${service.url}${path}`, {
        method,
        headers: { 'content-type': 'application/json', ...headers },
        body: '{}',
      })
    ).status;
  for (const [method, path] of found) {
    expect(await statusOf(method, path, {}), `${method} ${path} without a key`).toBe(401);
    expect(await statusOf(method, path, { 'x-api-key': KEY }), `${method} ${path} with a key`).not.toBe(401);
  }
  await service.close();
});
