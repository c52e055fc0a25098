import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  startEmbeddedPostgres,
  type EmbeddedPostgres,
} from '../../apps/weir/src/embedded-postgres/start-embedded-postgres.js';
import { askUntil, publication } from '../harness/http.js';
import { createServiceProcess, type ServiceProcess } from '../harness/service-process.js';
import { removeFolder, runWeir, temporaryFolder } from '../harness/weir-process.js';
import { startZipkin, type Zipkin } from './zipkin.js';

const APPS = ['ingest', 'enrichment', 'evaluation', 'action', 'api'] as const;
const TRACE = 'abcdefabcdefabcdefabcdefabcdef01';
const folder = temporaryFolder();
let postgres: EmbeddedPostgres;
let zipkin: Zipkin;
const services = new Map<string, ServiceProcess>();

const urlOf = (app: string): string => services.get(app)?.url ?? '';

beforeAll(async () => {
  [postgres, zipkin] = await Promise.all([startEmbeddedPostgres(folder), startZipkin()]);
  const migrated = await runWeir(['migrate', '--json'], { DATABASE_URL: postgres.ownerUrl });
  expect(migrated.code, migrated.stderr).toBe(0);
  const env = { DATABASE_URL: postgres.serviceUrl, OTEL_EXPORTER_ZIPKIN_ENDPOINT: zipkin.endpoint };
  await Promise.all(
    APPS.map(async (app) => {
      const service = await createServiceProcess({ app, name: app, env, log: join(folder, `${app}.log`) });
      services.set(app, service);
      await service.start();
    }),
  );
}, 300_000);

afterAll(async () => {
  await Promise.all([...services.values()].map((service) => service.end('SIGTERM')));
  await zipkin?.stop();
  await postgres?.stop();
  removeFolder(folder);
});

test('over separate processes one event is one trace, named by each process it went through', async () => {
  const headers = { 'content-type': 'application/cloudevents+json', traceparent: `00-${TRACE}-00f067aa0ba902b7-01` };
  const response = await fetch(`${urlOf('ingest')}/v1/events`, {
    method: 'POST',
    headers,
    body: JSON.stringify(publication('apart-1', 'pkg:npm/apart@1.0.0')),
  });
  expect(response.status).toBe(202);
  const spans = await zipkin.trace(
    TRACE,
    (all) =>
      all.some(({ name }) => name === 'process decisions.recorded.v1') &&
      all.some(({ name }) => name === 'post /v1/events'),
  );
  const instances = new Map(
    spans.map(({ localEndpoint, tags }) => [localEndpoint?.serviceName, tags?.['service.instance.id']]),
  );
  expect([...instances.keys()].sort()).toEqual(['action', 'enrichment', 'evaluation', 'ingest']);
  expect(new Set(instances.values()).size).toBe(4);
});

test('every process serves its own metrics, and lag is told by who owns the partition', async () => {
  const groups: Record<string, string> = {
    enrichment: 'enrichment',
    evaluation: 'evaluation',
    action: 'action',
    api: 'api',
  };
  for (const app of APPS) {
    const text = await (await fetch(`${urlOf(app)}/metrics`)).text();
    expect(text, app).toContain('weir_process_memory_bytes');
    const told = [...text.matchAll(/^weir_lag_messages\{group="(\w+)"/gm)].map(([, group]) => group);
    expect([...new Set(told)], app).toEqual(groups[app] === undefined ? [] : [groups[app]]);
  }
  expect((await askUntil(urlOf('api'), '/ready', ({ status }) => status === 200)).status).toBe(200);
});
