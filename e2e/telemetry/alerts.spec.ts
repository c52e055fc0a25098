import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { parse } from 'yaml';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openEventStore } from '../../libs/event-store/src/open-event-store.js';
import { openEmbeddedTopics } from '../../libs/messaging/src/embedded/open-embedded-topics.js';
import { openPool } from '../../libs/postgres/src/open-pool.js';
import { createLogger } from '../../libs/service/src/logger.js';
import { freePort } from '../../tools/testing/free-port.js';
import { newerCatalog } from '../../tools/testing/newer-weir.js';
import { post, publication } from '../harness/http.js';
import { kevCatalogue } from '../harness/kev-catalogue.js';
import {
  databaseUrlOf,
  removeFolder,
  repositoryRoot,
  runWeir,
  serviceUrlOf,
  startWeirProcess,
  temporaryFolder,
  type RunningWeir,
} from '../harness/weir-process.js';
import { startPrometheus, type Prometheus } from './prometheus.js';

// Every alert of deploy/prometheus/alerts.yaml against a real Prometheus that scrapes a real Weir: it does not fire, its fault
// is made to happen, it fires. Minutes of the rules are seconds here, and an hour is a minute; nothing else of them differs.

const alertsFile = join(repositoryRoot, 'deploy', 'prometheus', 'alerts.yaml');
const scaled = (text: string): string => text.replaceAll(/\b(\d+)m\b/g, '$1s').replaceAll(/\b1h\b/g, '60s');

interface Rule {
  readonly alert: string;
  readonly annotations: Readonly<Record<string, string>>;
}
const rules = (parse(readFileSync(alertsFile, 'utf8')) as { groups: { rules: Rule[] }[] }).groups.flatMap(
  ({ rules: all }) => all,
);

const data = temporaryFolder();
const logger = createLogger('test');
logger.level = 'silent';
let prometheus: Prometheus;
let weir: RunningWeir;
let settings: NodeJS.ProcessEnv = {};
let owner: pg.Client;
let endpoint: Server;
/** What a node exporter tells of a disk that is nearly full. */
let exporter: Server;
let disk = '';

const listen = async (server: Server, port = 0): Promise<string> => {
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
};

beforeAll(async () => {
  endpoint = createServer(
    (request, response) => void request.resume().once('end', () => response.writeHead(500).end()),
  );
  exporter = createServer((_, response) => response.end(disk));
  const [hook, exported, port] = [await listen(endpoint), await listen(exporter), await freePort()];
  prometheus = await startPrometheus([`http://127.0.0.1:${port}`, exported], scaled);
  const secrets = [`whsec_${Buffer.alloc(24, 7).toString('base64')}`];
  settings = {
    WEBHOOKS: JSON.stringify([{ name: 'broken', url: hook, secrets, allowPrivate: true }]),
    WEBHOOK_FIRST_RETRY_MS: '100',
    WEBHOOK_LONGEST_RETRY_MS: '200',
    WEBHOOK_GIVE_UP_MS: '25000',
  };
  await start(port);
}, 300_000);

const start = async (port: number | string): Promise<void> => {
  weir = await startWeirProcess(data, settings, ['--port', String(port)]);
  owner = new pg.Client({ connectionString: databaseUrlOf(data) });
  await owner.connect();
};

afterAll(async () => {
  await owner?.end().catch(() => undefined);
  await prometheus?.stop();
  await weir?.end('SIGTERM');
  endpoint?.close();
  exporter?.close();
  removeFolder(data);
});

const firing = async (alert: string): Promise<readonly Readonly<Record<string, string>>[]> =>
  (await prometheus.query(`ALERTS{alertname="${alert}",alertstate="firing"}`)).map(({ metric }) => metric);

const untilFiring = (alert: string, labels: Readonly<Record<string, string>>) =>
  expect
    .poll(() => firing(alert), { timeout: 90_000, interval: 500, message: alert })
    .toContainEqual(expect.objectContaining(labels));

let sent = 0;
const send = async (count: number, name = 'plain'): Promise<void> => {
  const events = Array.from({ length: count }, () => {
    sent += 1;
    return publication(`alert-${sent}`, `pkg:npm/${name}-${sent}@1.0.0`);
  });
  expect((await post(weir.url, '/v1/events', events, 'application/cloudevents-batch+json')).status).toBe(202);
};

const activate = async (name: string, rego: string): Promise<void> => {
  const { body } = await post<{ policyId: string }>(weir.url, '/v1/policies', {
    name,
    rego,
    actions: [{ type: 'SetPackageState', state: 'quarantined' }],
  });
  expect((await post(weir.url, `/v1/policies/${body.policyId}/activate`, {})).status).toBeLessThan(300);
};

/** Holds a lock in a session of its own until the returned function is called. */
const lock = async (statement: string): Promise<() => Promise<void>> => {
  const session = new pg.Client({ connectionString: databaseUrlOf(data) });
  await session.connect();
  await session.query(`BEGIN; ${statement}`);
  return () => session.end();
};

const loadKev = async (cves: number, day: string): Promise<void> => {
  const names = Array.from({ length: cves }, (_, n) => `CVE-2030-${1000 + n}`);
  const headers = { 'content-type': 'application/octet-stream' };
  const body = JSON.stringify(kevCatalogue(names, new Date(day)));
  await fetch(new URL('/v1/feeds/kev', weir.url), { method: 'POST', headers, body });
};

const verify = (): ReturnType<typeof runWeir> => runWeir(['log', 'verify', '--data', data, '--record']);

/** In this order: later ones leave the system worse. */
const FAULTS: Readonly<
  Record<string, { readonly labels: Readonly<Record<string, string>>; readonly fault: () => Promise<void> }>
> = {
  WeirPolicySetIsDamaged: {
    labels: { workspace: 'default' },
    // Neither the module nor what it could be made of again; read at the next start.
    fault: async () => {
      await activate('lost', 'package cloudsmith\ndefault match := false\nmatch if input.v0.package.name == "lost"');
      await owner.query("CREATE TABLE kept AS SELECT * FROM log.evidence WHERE kind IN ('wasm', 'rego')");
      await owner.query("DELETE FROM log.evidence WHERE kind IN ('wasm', 'rego')");
      await owner.end();
      await weir.end('SIGTERM');
      await start(new URL(weir.url).port);
      await untilFiring('WeirPolicySetIsDamaged', {});
      await owner.query('INSERT INTO log.evidence SELECT * FROM kept');
    },
  },
  WeirPolicyFaults: {
    labels: { policy: 'fails' },
    // One fault: its counter is born with its last value.
    fault: async () => {
      await activate(
        'fails',
        'package cloudsmith\ndefault match := false\nmatch := true if { startswith(input.v0.package.name, "faulty"); a := numbers.range(1, 3000); count([1 | some x in a; some y in a; x * y == 0]) > 0 }',
      );
      await send(1, 'faulty');
    },
  },
  WeirEndpointFails: {
    labels: { endpoint: 'broken' },
    fault: async () => {
      await activate(
        'held',
        'package cloudsmith\ndefault match := false\nmatch if startswith(input.v0.package.name, "held")',
      );
      await send(1, 'held');
    },
  },
  WeirEffectsFailed: { labels: {}, fault: async () => undefined },
  WeirDeadLetters: {
    labels: { group: 'enrichment', topic: 'packages.observed.v1' },
    fault: async () => {
      const topics = await openEmbeddedTopics({ databaseUrl: serviceUrlOf(data), partitions: 4, logger });
      await topics.publish([
        { topic: 'packages.observed.v1', key: 'poison', headers: {}, value: Buffer.from('no JSON') },
      ]);
      await topics.close();
    },
  },
  WeirFeedIsHeldBack: {
    labels: { feed: 'kev' },
    fault: async () => {
      await loadKev(400, '2026-01-02T00:00:00Z');
      await loadKev(3, '2026-01-03T00:00:00Z');
    },
  },
  WeirFeedIsStale: {
    labels: { feed: 'kev' },
    fault: async () => {
      await owner.query(`UPDATE intelligence.feed_load SET loaded_at = now() - interval '3 days'`);
    },
  },
  WeirFeedWasNeverLoaded: { labels: { feed: 'epss' }, fault: async () => undefined },
  WeirLogWasNotVerified: { labels: {}, fault: async () => undefined },
  WeirDiskFills: {
    labels: {},
    fault: async () => {
      const size = (await prometheus.query('weir_disk_size_bytes'))[0]?.value ?? 0;
      expect(size, 'as the running Weir tells it').toBeGreaterThan(1e9);
      disk = `weir_disk_size_bytes ${size}\nweir_disk_free_bytes ${Math.min(size / 20, 5e8)}\n`;
    },
  },
  WeirJudgingAgainStands: {
    labels: { workspace: 'default' },
    fault: async () => {
      const release = await lock('LOCK TABLE evaluation.judgement IN SHARE ROW EXCLUSIVE MODE');
      await activate('more', 'package cloudsmith\ndefault match := false\nmatch if input.v0.package.name == "nothing"');
      await untilFiring('WeirJudgingAgainStands', {});
      await release();
    },
  },
  WeirBatchesFail: {
    labels: { group: 'enrichment' },
    fault: async () => {
      await owner.query('REVOKE INSERT ON intelligence.observation FROM weir_service');
      for (let n = 0; n < 60 && (await firing('WeirBatchesFail')).length === 0; n += 1) {
        await send(2);
        await sleep(500);
      }
      await untilFiring('WeirBatchesFail', {});
      await owner.query('GRANT INSERT ON intelligence.observation TO weir_service');
    },
  },
  WeirPositionLost: {
    labels: { group: 'enrichment', topic: 'packages.observed.v1' },
    fault: async () => {
      await owner.query(`UPDATE intelligence.position SET incarnation = 'embedded/another'`);
      await owner.query(
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'weir topic owner enrichment'`,
      );
    },
  },
  WeirLagGrows: {
    labels: { group: 'enrichment', topic: 'packages.observed.v1' },
    fault: async () => {
      for (let n = 0; n < 120 && (await firing('WeirLagGrows')).length === 0; n += 1) {
        await send(100);
        await sleep(400);
      }
    },
  },
  WeirNothingMoves: { labels: { group: 'enrichment' }, fault: async () => undefined },
  WeirDecisionsAreSlow: {
    labels: {},
    fault: async () => {
      const { code, stderr } = await runWeir(['topics', 'adopt', '--data', data, '--because', 'a test']);
      expect(code, stderr).toBe(0);
    },
  },
  WeirUnknownEvents: {
    labels: { service: 'api' },
    fault: async () => {
      const pool = openPool({ databaseUrl: serviceUrlOf(data), name: 'test', logger });
      const writer = await openEventStore(pool, newerCatalog).openShard('action/77');
      const occurredAt = '2030-01-01T00:00:00.000Z';
      await writer.append({
        events: [{ type: 'SomethingNew', version: 1, subject: 'x', data: {}, metadata: {}, occurredAt }],
      });
      await pool.end();
    },
  },
  WeirLogIsNotWhole: {
    labels: {},
    fault: async () => {
      const { code, stderr } = await verify();
      expect(code, stderr).toBe(0);
      await expect.poll(() => firing('WeirLogWasNotVerified'), { timeout: 60_000 }).toEqual([]);
      await owner.query(`UPDATE log.event SET data = data || ' ' WHERE shard = 'policy/0' AND position = 0`);
      expect((await verify()).code).toBe(1);
    },
  },
  WeirServiceDown: {
    labels: { job: 'weir' },
    fault: async () => {
      await weir.end('SIGKILL');
    },
  },
  WeirServiceGone: { labels: { service: 'evaluation' }, fault: async () => undefined },
};

/** These hold from the start until something is done about them, or follow from the fault before. */
const FROM_BEFORE = new Set([
  'WeirEffectsFailed',
  'WeirFeedWasNeverLoaded',
  'WeirLogWasNotVerified',
  'WeirNothingMoves',
  'WeirServiceGone',
]);

describe('the alerts', () => {
  test('have a fault each that makes them fire, and none is left out', () => {
    expect(Object.keys(FAULTS).sort()).toEqual(rules.map(({ alert }) => alert).sort());
  });

  test('lead to a paragraph each that says what to do', () => {
    const page = readFileSync(join(repositoryRoot, 'docs', 'how-to', 'alerts.md'), 'utf8');
    for (const { alert, annotations } of rules) {
      expect(annotations['runbook_url'], alert).toBe(`docs/how-to/alerts.md#${alert.toLowerCase()}`);
      const [, after = ''] = page.split(`## ${alert}\n`);
      expect(after.split('\n## ')[0]?.trim().length ?? 0, alert).toBeGreaterThan(120);
    }
  });

  test.each(Object.entries(FAULTS))(
    '%s fires when its fault happens, and not before',
    async (alert, { labels, fault }) => {
      if (!FROM_BEFORE.has(alert)) expect(await firing(alert)).toEqual([]);
      await fault();
      await untilFiring(alert, labels);
    },
  );
});
