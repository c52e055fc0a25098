import { globSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { freePort } from '../../tools/testing/free-port.js';
import { openEmbeddedTopics } from '../../libs/messaging/src/embedded/open-embedded-topics.js';
import { createLogger } from '../../libs/service/src/logger.js';
import { METRICS } from '../../libs/service/src/metrics/metric-names.js';
import { askUntil, post, publication } from '../harness/http.js';
import {
  removeFolder,
  repositoryRoot,
  runWeir,
  serviceUrlOf,
  startWeirProcess,
  temporaryFolder,
  type RunningWeir,
} from '../harness/weir-process.js';
import { startPrometheus, type Prometheus } from './prometheus.js';
import { startWebhookReceiver, type WebhookReceiver } from './webhook-receiver.js';

interface Panel {
  title: string;
  type: string;
  datasource?: { type: string };
  targets?: { expr: string }[];
  fieldConfig?: { defaults: { links?: { url: string }[] } };
}
interface Dashboard {
  title: string;
  panels: Panel[];
}

const dashboards = globSync(join(repositoryRoot, 'deploy', 'grafana', 'dashboards', '*.json'))
  .sort()
  .map((file) => ({ name: basename(file, '.json'), dashboard: JSON.parse(readFileSync(file, 'utf8')) as Dashboard }));
const charts = ({ panels }: Dashboard): Panel[] => panels.filter(({ datasource }) => datasource?.type === 'prometheus');

/** What Grafana fills in; a zero that stands for "never" must not hide that there is no metric. */
const filledIn = (expression: string): string =>
  expression
    .replaceAll('$__rate_interval', '5m')
    .replaceAll('$__range', '5m')
    .replaceAll('$workspace', '.*')
    .replaceAll(' or vector(0)', '');

/** Prometheus scrapes every second; the machine may be busy. */
const SCRAPED_WITHIN = 60_000;

const data = temporaryFolder();
let receiver: WebhookReceiver;
let prometheus: Prometheus;
let weir: RunningWeir;

const activate = async (draft: Record<string, unknown>): Promise<void> => {
  const { body } = await post<{ policyId: string }>(weir.url, '/v1/policies', {
    actions: [{ type: 'SetPackageState', state: 'quarantined' }],
    ...draft,
  });
  expect((await post(weir.url, `/v1/policies/${body.policyId}/activate`, {})).status).toBeLessThan(300);
};

/** A message that enrichment cannot take, as a broken publisher would send it. */
const poison = async (): Promise<void> => {
  const topics = await openEmbeddedTopics({
    databaseUrl: serviceUrlOf(data),
    partitions: 4,
    logger: createLogger('test'),
  });
  await topics.publish([{ topic: 'packages.observed.v1', key: 'poison', headers: {}, value: Buffer.from('no JSON') }]);
  await topics.close();
};

/** Something of everything, over several scrapes: Prometheus sees an increase only between two of them. */
const beBusy = async (): Promise<void> => {
  await activate({
    name: 'held back',
    rego: 'package cloudsmith\ndefault match := false\nmatch if startswith(input.v0.package.name, "busy")',
  });
  await activate({
    name: 'fails',
    rego: 'package cloudsmith\ndefault match := false\nmatch if input.v0.package.name == "never"\nmatch := true if { a := numbers.range(1, 3000); count([1 | some x in a; some y in a; x * y == 0]) > 0 }',
  });
  await poison();
  expect(await runWeir(['log', 'verify', '--record', '--data', data])).toMatchObject({ code: 0 });
  for (let i = 0; i < 12; i += 1) {
    await post(weir.url, '/v1/events', publication(`busy-${i}`, `pkg:npm/busy-${i}@1.0.0`));
    await sleep(500);
  }
};

beforeAll(async () => {
  receiver = await startWebhookReceiver();
  const port = await freePort();
  prometheus = await startPrometheus(`http://127.0.0.1:${port}`);
  const endpoints = [
    {
      name: 'ops',
      url: receiver.url,
      secrets: [`whsec_${Buffer.alloc(24, 7).toString('base64')}`],
      allowPrivate: true,
    },
  ];
  weir = await startWeirProcess(data, { WEBHOOKS: JSON.stringify(endpoints) }, ['--demo', '--port', String(port)]);
  await beBusy();
  await askUntil<{ total: number }>(weir.url, '/ready', ({ status }) => status === 200);
}, 300_000);

afterAll(async () => {
  await prometheus?.stop();
  await weir?.end('SIGTERM');
  await receiver?.close();
  removeFolder(data);
});

test('there are dashboards for operations, security and policy activity', () => {
  expect(dashboards.map(({ name }) => name)).toEqual(['operations', 'policy-activity', 'security']);
});

for (const { name, dashboard } of dashboards) {
  describe(`every query of dashboard ${name} returns numbers from a running Weir`, () => {
    test.for(charts(dashboard).map((panel) => ({ title: panel.title, panel })))('$title', async ({ panel }) => {
      expect(panel.targets?.length).toBeGreaterThan(0);
      for (const { expr } of panel.targets ?? []) {
        await expect
          .poll(async () => (await prometheus.query(filledIn(expr))).filter(({ value }) => Number.isFinite(value)), {
            timeout: SCRAPED_WITHIN,
            message: filledIn(expr),
          })
          .not.toEqual([]);
      }
    });
  });

  test(`every panel of dashboard ${name} leads to traces`, () => {
    for (const panel of charts(dashboard))
      expect(panel.fieldConfig?.defaults.links?.[0]?.url, panel.title).toContain('traceql');
  });
}

/** Told only where an upstream topic is configured: e2e/upstream-kafka.kafka.spec.ts reads it. */
const OF_UPSTREAMS: readonly string[] = [METRICS.upstreamMessages.name, METRICS.newBeginnings.name];

test('every declared metric is told by a running Weir', async () => {
  const missing = async (): Promise<readonly string[]> => {
    const names = new Set(await prometheus.get<string[]>('/api/v1/label/__name__/values'));
    return Object.values(METRICS)
      .filter(({ name }) => !OF_UPSTREAMS.includes(name))
      .flatMap(({ name, kind }) => (names.has(kind === 'histogram' ? `${name}_bucket` : name) ? [] : [name]));
  };
  await expect.poll(missing, { timeout: SCRAPED_WITHIN }).toEqual([]);
});

test('every alert is loaded and can be asked', async () => {
  const { groups } = await prometheus.get<{
    groups: { rules: { name: string; health: string; lastError?: string }[] }[];
  }>('/api/v1/rules');
  const rules = groups.flatMap(({ rules }) => rules);
  expect(rules.length).toBeGreaterThan(5);
  expect(rules.filter(({ health }) => health !== 'ok')).toEqual([]);
});

test('an alert names the dead letter that was made', async () => {
  const firing = async () =>
    (await prometheus.query('ALERTS{alertname="WeirDeadLetters",alertstate="firing"}')).map(
      ({ metric }) => metric['topic'],
    );
  await expect.poll(firing, { timeout: SCRAPED_WITHIN }).toEqual(['packages.observed.v1']);
});
