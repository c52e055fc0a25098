import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ask, post, publication } from '../harness/http.js';
import { removeFolder, startWeirProcess, temporaryFolder, type RunningWeir } from '../harness/weir-process.js';
import { startWebhookReceiver, type WebhookReceiver } from './webhook-receiver.js';
import { startZipkin, type Zipkin, type ZipkinSpan } from './zipkin.js';

const data = temporaryFolder();
const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const CALLER = '00f067aa0ba902b7';
const PURL = 'pkg:npm/traced@1.0.0';

let zipkin: Zipkin;
let receiver: WebhookReceiver;
let weir: RunningWeir;
let spans: readonly ZipkinSpan[];

const services = (all: readonly ZipkinSpan[]): string[] =>
  [...new Set(all.map(({ localEndpoint }) => localEndpoint?.serviceName ?? ''))].sort();
const named = (name: string, all = spans): readonly ZipkinSpan[] => all.filter((span) => span.name === name);

const activate = async (name: string, rego: string): Promise<void> => {
  const { body } = await post<{ policyId: string }>(weir.url, '/v1/policies', {
    name,
    rego,
    actions: [{ type: 'SetPackageState', state: 'quarantined' }],
  });
  expect((await post(weir.url, `/v1/policies/${body.policyId}/activate`, {})).status).toBeLessThan(300);
};

const until = async (isTrue: () => boolean): Promise<void> => {
  for (const end = Date.now() + 30_000; !isTrue() && Date.now() < end;)
    await new Promise((resolve) => setTimeout(resolve, 50));
};

beforeAll(async () => {
  [zipkin, receiver] = await Promise.all([startZipkin(), startWebhookReceiver()]);
  const endpoints = [
    {
      name: 'ops',
      url: receiver.url,
      secrets: [`whsec_${Buffer.alloc(24, 7).toString('base64')}`],
      allowPrivate: true,
    },
  ];
  weir = await startWeirProcess(data, {
    OTEL_EXPORTER_ZIPKIN_ENDPOINT: zipkin.endpoint,
    OTEL_BSP_SCHEDULE_DELAY: '200',
    WEBHOOKS: JSON.stringify(endpoints),
  });
  await activate(
    'no traced packages',
    'package cloudsmith\ndefault match := false\nmatch if input.v0.package.name == "traced"',
  );
  const response = await fetch(new URL('/v1/events', weir.url), {
    method: 'POST',
    headers: { 'content-type': 'application/cloudevents+json', traceparent: `00-${TRACE}-${CALLER}-01` },
    body: JSON.stringify(publication('traced-1', PURL)),
  });
  expect(response.status).toBe(202);
  await until(() => receiver.received.length > 0);
  spans = await zipkin.trace(
    TRACE,
    (all) =>
      named('post', all).length > 0 &&
      named('weir.evaluation.relay', all).length > 0 &&
      named('post /v1/events', all).length > 0,
  );
}, 180_000);

afterAll(async () => {
  await weir?.end('SIGTERM');
  await receiver?.close();
  await zipkin?.stop();
  removeFolder(data);
});

describe('one event posted with a traceparent', () => {
  test('is one trace below the caller, whose spans name all services it went through', () => {
    expect(services(spans)).toEqual(['action', 'enrichment', 'evaluation', 'ingest']);
    expect(named('post /v1/events')).toMatchObject([
      { parentId: CALLER, kind: 'SERVER', tags: { 'http.response.status_code': '202' } },
    ]);
  });

  test('shows each step where it happened: taken, published, matched, built, asked, appended, relayed, decided, told', () => {
    const steps = spans.map(({ name, localEndpoint }) => `${localEndpoint?.serviceName ?? ''} ${name}`);
    for (const step of [
      'ingest send packages.observed.v1',
      'enrichment process packages.observed.v1',
      'enrichment weir.enrichment.match',
      'enrichment weir.enrichment.build_facts',
      'enrichment send packages.enriched.v1',
      'evaluation process packages.enriched.v1',
      'evaluation weir.evaluation.ask',
      'evaluation weir.log.append',
      'evaluation weir.evaluation.relay',
      'action process decisions.recorded.v1',
      'action weir.action.decide',
      'action post',
    ]) {
      expect(steps).toContain(step);
    }
  });

  test('has no span whose parent is missing', () => {
    const ids = new Set([CALLER, ...spans.map(({ id }) => id)]);
    expect(spans.filter(({ parentId }) => parentId === undefined || !ids.has(parentId))).toEqual([]);
  });

  test('its webhook carries the traceparent of the attempt', () => {
    const [span] = named('post');
    expect(receiver.received.map(({ traceparent }) => traceparent)).toEqual([`00-${TRACE}-${span?.id ?? ''}-01`]);
  });

  test('its decision names the span that judged it', async () => {
    const { body } = await ask<{ decisions: { id: string }[] }>(weir.url, '/v1/decisions?limit=1');
    const stored = await ask<{ traceparent: string | null }>(weir.url, `/v1/decisions/${body.decisions[0]?.id ?? ''}`);
    expect(stored.body.traceparent).toBe(`00-${TRACE}-${named('process packages.enriched.v1')[0]?.id ?? ''}-01`);
  });
});

const NUMBER = /^\d+$/;
/** OpenTelemetry's semantic conventions for what such a span must tell; Zipkin takes every value as text. */
const CONVENTIONS = [
  {
    span: 'ingest post /v1/events',
    kind: 'SERVER',
    tags: {
      'http.request.method': 'POST',
      'http.route': '/v1/events',
      'http.response.status_code': '202',
      'url.path': '/v1/events',
      'url.scheme': 'http',
    },
  },
  {
    span: 'ingest send packages.observed.v1',
    kind: 'PRODUCER',
    tags: {
      'messaging.system': 'postgresql',
      'messaging.destination.name': 'packages.observed.v1',
      'messaging.operation.name': 'send',
      'messaging.operation.type': 'send',
    },
  },
  ...[
    ['enrichment', 'packages.observed.v1'],
    ['evaluation', 'packages.enriched.v1'],
    ['action', 'decisions.recorded.v1'],
  ].map(([service = '', topic = '']) => ({
    span: `${service} process ${topic}`,
    kind: 'CONSUMER',
    tags: {
      'messaging.system': 'postgresql',
      'messaging.destination.name': topic,
      'messaging.destination.partition.id': NUMBER,
      'messaging.consumer.group.name': service,
      'messaging.operation.name': 'process',
      'messaging.operation.type': 'process',
    },
  })),
  {
    span: 'action post',
    kind: 'CLIENT',
    tags: {
      'http.request.method': 'POST',
      'http.response.status_code': NUMBER,
      'server.address': '127.0.0.1',
      'server.port': NUMBER,
      'url.full': /^http:\/\/127\.0\.0\.1:\d+\/$/,
    },
  },
  ...['enrichment insert intelligence.position', 'evaluation update log.shard_head'].map((span) => ({
    span,
    kind: 'CLIENT',
    tags: {
      'db.system.name': 'postgresql',
      'db.namespace': 'weir',
      'db.query.summary': /\w/,
      'server.address': '127.0.0.1',
      'server.port': NUMBER,
    },
  })),
] as const;

describe('by the semantic conventions', () => {
  test.each(CONVENTIONS)('$span tells what it is', ({ span, kind, tags }) => {
    const found = spans.filter(({ name, localEndpoint }) => `${localEndpoint?.serviceName ?? ''} ${name}` === span);
    expect(found, [...new Set(spans.map(({ name }) => name))].join(', ')).not.toEqual([]);
    for (const one of found) {
      expect(one.kind).toBe(kind);
      for (const [tag, value] of Object.entries(tags))
        expect(one.tags?.[tag], `${span}: ${tag}`).toEqual(
          typeof value === 'string' ? value : expect.stringMatching(value),
        );
    }
  });

  test('every span names the version that made it, and statements are told below what needs them alone', () => {
    expect(new Set(spans.map(({ tags }) => tags?.['service.version']))).toEqual(new Set(['0.1.0']));
    const statements = spans.filter(({ tags }) => tags?.['db.system.name'] !== undefined);
    expect(statements.every(({ parentId }) => spans.some(({ id }) => id === parentId))).toBe(true);
    expect(
      statements.map(({ tags }) => tags?.['db.query.text'] ?? '').filter((text) => text.includes('traced')),
    ).toEqual([]);
  });
});

/** Spans of packages that evaluation judged: from messages, or because conditions changed. */
const judged = (all: readonly ZipkinSpan[]): readonly ZipkinSpan[] =>
  all.filter(
    ({ name, localEndpoint }) =>
      localEndpoint?.serviceName === 'evaluation' &&
      (name === 'weir.evaluation.evaluate' || name.startsWith('process packages.enriched')),
  );

/** The trace whose spans say that `trace` caused it, as soon as a package was judged there. */
const causedBy = async (trace: string, name: string): Promise<readonly ZipkinSpan[]> => {
  for (const end = Date.now() + 30_000; Date.now() < end; await new Promise((resolve) => setTimeout(resolve, 250))) {
    const found = (await zipkin.tracesWith(name)).find(
      (all) => all.some(({ tags }) => tags?.['weir.cause.trace_id'] === trace) && judged(all).length > 0,
    );
    if (found) return found;
  }
  return [];
};

const origins = (all: readonly ZipkinSpan[]): (string | undefined)[] =>
  judged(all).map(({ tags }) => tags?.['weir.origin.trace_id']);

describe('a package that is judged again', () => {
  test('because a policy changed: in a trace of its own that names the request and the event that brought the package', async () => {
    const request = '11111111111111111111111111111111';
    const { body } = await post<{ policyId: string }>(weir.url, '/v1/policies', {
      name: 'another',
      rego: 'package cloudsmith\ndefault match := false',
      actions: [],
    });
    const headers = { 'content-type': 'application/json', traceparent: `00-${request}-${CALLER}-01` };
    expect(
      (
        await fetch(new URL(`/v1/policies/${body.policyId}/activate`, weir.url), {
          method: 'POST',
          headers,
          body: '{}',
        })
      ).ok,
    ).toBe(true);
    const sweep = await causedBy(request, 'weir.evaluation.sweep');
    expect(sweep[0]?.traceId).not.toBe(request);
    expect(origins(sweep)).toEqual([TRACE]);
  });

  test('because a feed changed: in a trace of its own, from enrichment to evaluation, that names the load and the event', async () => {
    const load = '22222222222222222222222222222222';
    const advisory = {
      id: 'GHSA-aaaa-bbbb-cccc',
      modified: '2026-11-22T00:00:00Z',
      summary: 'Told by a test',
      affected: [{ package: { ecosystem: 'npm', name: 'traced' }, versions: ['1.0.0'] }],
    };
    const headers = { 'content-type': 'application/octet-stream', traceparent: `00-${load}-${CALLER}-01` };
    const answer = await fetch(new URL('/v1/feeds/osv', weir.url), {
      method: 'POST',
      headers,
      body: JSON.stringify(advisory),
    });
    expect(await answer.json()).toMatchObject({ affectedPackages: 1 });
    const reassessed = await causedBy(load, 'weir.enrichment.reassess');
    expect(reassessed[0]?.traceId).not.toBe(load);
    expect(services(reassessed)).toEqual(['enrichment', 'evaluation']);
    expect(origins(reassessed)).toEqual([TRACE]);
  });
});

test('a log line of a request names its trace', async () => {
  const load = '33333333333333333333333333333333';
  const headers = { 'content-type': 'application/octet-stream', traceparent: `00-${load}-${CALLER}-01` };
  await fetch(new URL('/v1/feeds/kev', weir.url), { method: 'POST', headers, body: 'broken' });
  const lines = weir
    .log()
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as { trace_id?: string; span_id?: string; msg: string });
  expect(lines.find(({ msg }) => msg.startsWith('a feed was refused'))).toMatchObject({
    trace_id: load,
    span_id: expect.stringMatching(/^[0-9a-f]{16}$/) as string,
  });
});

test('a log line of a fault names the trace in which it happened, though that is over', async () => {
  const trace = '44444444444444444444444444444444';
  const headers = { 'content-type': 'application/cloudevents+json', traceparent: `00-${trace}-${CALLER}-01` };
  const taken = publication('traced-1', 'pkg:npm/taken@1.0.0');
  const response = await fetch(new URL('/v1/events', weir.url), {
    method: 'POST',
    headers,
    body: JSON.stringify(taken),
  });
  expect(response.status).toBe(202);
  const line = () =>
    weir
      .log()
      .split('\n')
      .filter((text) => text.startsWith('{') && text.includes('traced-1'))
      .map((text) => JSON.parse(text) as { trace_id?: string; err?: object })
      .find(({ err }) => err !== undefined);
  await until(() => line() !== undefined);
  expect(line()?.trace_id).toBe(trace);
});
