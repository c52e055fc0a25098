import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import {
  startEmbeddedPostgres,
  type EmbeddedPostgres,
} from '../apps/weir/src/embedded-postgres/start-embedded-postgres.js';
import { ask, askUntil, post, publication } from './harness/http.js';
import { createServiceProcess, type ServiceProcess } from './harness/service-process.js';
import { removeFolder, runWeir, temporaryFolder } from './harness/weir-process.js';

const folder = temporaryFolder();
let postgres: EmbeddedPostgres;
const services = new Map<string, ServiceProcess>();

/** Starts one service as operators do: its own process, told where the database is. */
const start = async (name: string, app = name): Promise<ServiceProcess> => {
  const env = { DATABASE_URL: postgres.serviceUrl, LOG_LEVEL: 'info' };
  const service = await createServiceProcess({ app, name, env, log: join(folder, `${name}.log`) });
  services.set(name, service);
  await service.start();
  return service;
};

const urlOf = (name: string): string => services.get(name)?.url ?? '';

beforeAll(async () => {
  postgres = await startEmbeddedPostgres(folder);
  const migrated = await runWeir(['migrate', '--json'], { DATABASE_URL: postgres.ownerUrl });
  expect(migrated.code, migrated.stderr).toBe(0);
  await Promise.all([
    start('ingest'),
    start('enrichment'),
    start('evaluation'),
    start('evaluation-2', 'evaluation'),
    start('action'),
    start('api'),
  ]);
}, 120_000);

afterAll(async () => {
  for (const service of services.values()) await service.end('SIGKILL');
  await postgres.stop();
  removeFolder(folder);
});

const publish = (from: number, to: number) =>
  post(
    urlOf('ingest'),
    '/v1/events',
    Array.from({ length: to - from }, (_, i) => publication(`apart-${from + i}`, `pkg:npm/apart-${from + i}@1.0.0`)),
    'application/cloudevents-batch+json',
  );

const decisionsOf = async (database: pg.Client): Promise<Map<string, number>> => {
  const { rows } = await database.query<{ id: string; times: number }>(
    `SELECT data::jsonb #>> '{cause,observation,id}' AS id, count(*)::float8 AS times FROM log.event WHERE type = 'DecisionRecorded' GROUP BY 1`,
  );
  return new Map(rows.map(({ id, times }) => [id, times]));
};

test('six processes on one PostgreSQL judge an event from the registry to the verdict', async () => {
  for (const [name, service] of services)
    expect((await askUntil(service.url, '/ready', ({ status }) => status === 200)).status, name).toBe(200);
  const { body } = await post<{ policyId: string }>(urlOf('api'), '/v1/policies', { template: 'gpl-anywhere' });
  expect((await post(urlOf('api'), `/v1/policies/${body.policyId}/activate`, {})).status).toBeLessThan(300);
  await post(
    urlOf('ingest'),
    '/v1/events',
    publication('apart-gpl', 'pkg:npm/free-speech@1.0.0', { license: 'GPL-3.0-only' }),
    'application/cloudevents+json',
  );
  const verdict = await askUntil<{ allowed: boolean }>(
    urlOf('api'),
    `/v1/verdict?purl=${encodeURIComponent('pkg:npm/free-speech@1.0.0')}&repository=npm-dev`,
    ({ status, body: { allowed } }) => status === 200 && !allowed,
  );
  expect(verdict.body).toMatchObject({ allowed: false, state: 'quarantined' });
  expect((await ask(urlOf('action'), '/v1/effects')).status).toBe(200);
});

test.each(['ingest', 'enrichment', 'evaluation', 'action', 'api'])(
  '%s is refused a start with the login that owns the schema, with the reason and the cure',
  async (app) => {
    const name = `${app}-as-owner`;
    const env = { DATABASE_URL: postgres.ownerUrl };
    const refused = await createServiceProcess({ app, name, env, log: join(folder, `${name}.log`) });
    const starting = refused.start();
    await vi.waitFor(() => expect(refused.exits()).toBe(1), { timeout: 60_000, interval: 50 });
    expect(await refused.end('SIGTERM')).toBe(3);
    await starting;
    expect(readFileSync(refused.log, 'utf8')).toMatch(
      /DATABASE_URL logs in as weir_owner, which is a superuser.*deploy\/postgres\/roles\.sql/s,
    );
  },
);

test('when one of two evaluation processes is killed the other takes over, and nothing is missing or double', async () => {
  const database = new pg.Client({ connectionString: postgres.ownerUrl });
  await database.connect();
  expect((await publish(0, 300)).status).toBe(202);
  while ((await decisionsOf(database)).size < 50) await sleep(20);
  await services.get('evaluation')?.end('SIGKILL');
  expect((await publish(300, 600)).status).toBe(202);
  const wanted = Array.from({ length: 600 }, (_, i) => `apart-${i}`);
  let decided = await decisionsOf(database);
  for (let waited = 0; waited < 60_000 && !wanted.every((id) => decided.has(id)); waited += 250) {
    await sleep(250);
    decided = await decisionsOf(database);
  }
  await database.end();
  expect(wanted.filter((id) => decided.get(id) !== 1)).toEqual([]);
  const verification = await runWeir(['log', 'verify', '--json'], { DATABASE_URL: postgres.ownerUrl });
  expect(JSON.parse(verification.stdout)).toMatchObject({ valid: true });
});

test('each service stops cleanly when it is told to', async () => {
  for (const name of ['ingest', 'enrichment', 'evaluation-2', 'action', 'api'])
    expect(await services.get(name)?.end('SIGTERM'), name).toBe(0);
});
