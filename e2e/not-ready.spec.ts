import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  startEmbeddedPostgres,
  type EmbeddedPostgres,
} from '../apps/weir/src/embedded-postgres/start-embedded-postgres.js';
import { freePort } from '../tools/testing/free-port.js';
import { ask, askUntil } from './harness/http.js';
import { createServiceProcess, type ServiceProcess } from './harness/service-process.js';
import { removeFolder, runWeir, temporaryFolder } from './harness/weir-process.js';

const SERVICES = {
  ingest: '/v1/x',
  enrichment: '/v1/feeds',
  evaluation: '/v1/judging',
  action: '/v1/effects',
  api: '/v1/packages',
};
type Name = keyof typeof SERVICES;
const NAMES = Object.keys(SERVICES) as Name[];
const WRONG = 'a-wrong-secret';
/** Until a process is up and has spoken; the limits that are tried are a second. */
const PATIENCE_MS = 60_000;

const folder = temporaryFolder();
let postgres: EmbeddedPostgres;

/** In front of PostgreSQL; from `hush` on it takes everything and says nothing, from `refuse` on it is gone. */
const startProxy = async (target: URL) => {
  const sockets = new Set<Socket>();
  let isSilent = false;
  let server: Server | null = null;
  const open = async (port: number): Promise<number> => {
    server = createServer((client) => {
      const upstream = connect(Number(target.port), target.hostname);
      for (const [from, to] of [
        [client, upstream],
        [upstream, client],
      ] as const) {
        sockets.add(from);
        from.on('error', () => undefined).on('close', () => to.destroy());
        from.on('data', (bytes) => {
          if (!isSilent) to.write(bytes);
        });
      }
    }).listen(port, '127.0.0.1');
    await once(server, 'listening');
    return (server.address() as AddressInfo).port;
  };
  const port = await open(0);
  const drop = (): void => {
    for (const socket of sockets) socket.destroy();
    sockets.clear();
  };
  const url = new URL(target);
  url.port = String(port);
  return {
    url: url.href,
    hush: () => {
      isSilent = true;
    },
    refuse: async () => {
      server?.close();
      drop();
    },
    restore: async () => {
      isSilent = false;
      drop();
      if (server?.listening !== true) await open(port);
    },
    end: () => {
      server?.close();
      drop();
    },
  };
};

const startAll = async (env: NodeJS.ProcessEnv, of: string): Promise<Record<Name, ServiceProcess>> =>
  Object.fromEntries(
    await Promise.all(
      NAMES.map(async (app) => {
        const options = { DATABASE_STATEMENT_MS: '1000', ...env };
        const service = await createServiceProcess({
          app,
          name: app,
          env: options,
          log: join(folder, `${of}-${app}.log`),
        });
        return [app, service] as const;
      }),
    ),
  ) as Record<Name, ServiceProcess>;

const endAll = async (services: Record<Name, ServiceProcess>): Promise<void> => {
  await Promise.all(NAMES.map((name) => services[name].end('SIGKILL')));
};

const statusOf = (url: string, path: string): Promise<number> =>
  fetch(new URL(path, url), { signal: AbortSignal.timeout(20_000) }).then(
    ({ status }) => status,
    () => 0,
  );

const untilStatus = async (url: string, path: string, wanted: number): Promise<void> => {
  await expect.poll(() => statusOf(url, path), { timeout: PATIENCE_MS, interval: 200 }).toBe(wanted);
};

/** Not ready, in words without a place; every route a problem; the log names the cause and no secret. */
const expectNotReady = async ({ name, url, log }: ServiceProcess, ready: RegExp, logged: RegExp): Promise<void> => {
  await untilStatus(url, '/ready', 503);
  await expect
    .poll(async () => JSON.stringify((await ask(url, '/ready')).body), { timeout: PATIENCE_MS })
    .toMatch(ready);
  expect(JSON.stringify((await ask(url, '/ready')).body)).not.toMatch(/127\.0\.0\.1|weir_service|:\d{4,5}\b/);
  expect(await statusOf(url, '/health')).toBe(200);
  if (name !== 'ingest') {
    const answer = await ask(url, SERVICES[name as Name]);
    expect([answer.status, answer.type], name).toEqual([503, expect.stringContaining('application/problem+json')]);
  }
  await expect.poll(() => readFileSync(log, 'utf8'), { timeout: PATIENCE_MS }).toMatch(logged);
  expect(readFileSync(log, 'utf8')).not.toContain(WRONG);
};

beforeAll(async () => {
  postgres = await startEmbeddedPostgres(folder);
  expect((await runWeir(['migrate'], { DATABASE_URL: postgres.ownerUrl })).code).toBe(0);
  const client = new pg.Client({ connectionString: postgres.ownerUrl });
  await client.connect();
  await client.query('CREATE DATABASE empty').finally(() => client.end());
});
afterAll(async () => {
  await postgres.stop();
  removeFolder(folder);
});

const changed = (change: (url: URL) => void): string => {
  const url = new URL(postgres.serviceUrl);
  change(url);
  return url.href;
};

interface Fault {
  readonly url: () => Promise<string> | string;
  readonly ready: RegExp;
  readonly logged: RegExp;
}

const silent: Server[] = [];
afterAll(() => {
  for (const server of silent) server.close();
});

const FAULTS: Readonly<Record<string, Fault>> = {
  'is down': {
    url: async () => {
      const port = await freePort();
      return changed((url) => (url.port = String(port)));
    },
    ready: /PostgreSQL cannot be reached/,
    logged: /waiting for PostgreSQL: PostgreSQL cannot be reached/,
  },
  'takes everything and says nothing': {
    url: async () => {
      const server = createServer((socket) => socket.on('error', () => undefined).resume()).listen(0, '127.0.0.1');
      await once(server, 'listening');
      silent.push(server);
      return changed((url) => (url.port = String((server.address() as AddressInfo).port)));
    },
    ready: /waiting for PostgreSQL/,
    logged: /waiting for PostgreSQL: no answer yet/,
  },
  'has no schema': {
    url: () => changed((url) => (url.pathname = '/empty')),
    ready: /run weir migrate/,
    logged: /the schema lacks .*run weir migrate/,
  },
  'refuses the password': {
    url: () => changed((url) => (url.password = WRONG)),
    ready: /PostgreSQL refuses the login/,
    logged: /waiting for PostgreSQL: PostgreSQL refuses the login/,
  },
};

describe.each(Object.entries(FAULTS))('a PostgreSQL that %s, at the start', (what, { url, ready, logged }) => {
  test('no service is ready, each says why', async () => {
    const services = await startAll({ DATABASE_URL: await url() }, what.replaceAll(' ', '-'));
    // None becomes ready, so none is waited for.
    for (const name of NAMES) void services[name].start(AbortSignal.abort()).catch(() => undefined);
    try {
      await Promise.all(NAMES.map((name) => expectNotReady(services[name], ready, logged)));
    } finally {
      await endAll(services);
    }
  });
});

test('another number of partitions than the topics have ends the start, and both numbers are said', async () => {
  const first = await startAll({ DATABASE_URL: postgres.serviceUrl, PARTITIONS: '4' }, 'right');
  await first.ingest.start();
  const { body } = await ask(first.ingest.url, '/ready');
  expect(body).toMatchObject({ status: 'ready' });
  const sent = await fetch(new URL('/v1/events', first.ingest.url), {
    method: 'POST',
    headers: { 'content-type': 'application/cloudevents+json' },
    body: JSON.stringify({
      specversion: '1.0',
      id: 'partitions-1',
      source: '/e2e',
      type: 'dev.weir.package.published.v1',
      data: { repository: { name: 'npm-dev' }, purl: 'pkg:npm/a@1.0.0' },
    }),
  });
  expect(sent.status).toBe(202);
  await first.ingest.end('SIGTERM');
  const services = await startAll({ DATABASE_URL: postgres.serviceUrl, PARTITIONS: '7' }, 'partitions');
  for (const name of NAMES) void services[name].start(AbortSignal.abort()).catch(() => undefined);
  try {
    for (const name of NAMES) {
      const { log, url } = services[name];
      await expect.poll(() => readFileSync(log, 'utf8'), { timeout: PATIENCE_MS }).toMatch(/4 partitions, not 7/);
      expect(await statusOf(url, '/ready')).not.toBe(200);
    }
  } finally {
    await endAll(services);
  }
});

test('a PostgreSQL that goes while services run: not ready, 503 in time, and ready again without a restart', async () => {
  const proxy = await startProxy(new URL(postgres.serviceUrl));
  const services = await startAll({ DATABASE_URL: proxy.url }, 'running');
  try {
    await Promise.all(NAMES.map((name) => services[name].start()));
    for (const fault of ['refuse', 'hush'] as const) {
      await proxy[fault]();
      await Promise.all(
        NAMES.map(async (name) => {
          await expectNotReady(services[name], /Not ready/, /not ready: /);
        }),
      );
      await proxy.restore();
      await Promise.all(
        NAMES.map(async (name) => {
          const { status } = await askUntil(
            services[name].url,
            '/ready',
            (answer) => answer.status === 200,
            PATIENCE_MS,
          );
          expect(status, name).toBe(200);
          expect(services[name].exits(), name).toBe(0);
        }),
      );
    }
  } finally {
    await endAll(services);
    proxy.end();
  }
});

test('a start says what it is in one line: version, place of the database, partitions, features, and no secret', () => {
  const lines = readFileSync(join(folder, 'running-evaluation.log'), 'utf8').split('\n');
  const start = JSON.parse(lines.find((line) => line.includes('"msg":"starting"')) ?? '{}') as Record<string, unknown>;
  expect(start).toMatchObject({
    version: expect.stringMatching(/^\d+\.\d+\.\d+/) as string,
    database: { host: expect.stringMatching(/^127\.0\.0\.1:\d+$/) as string, database: 'weir' },
    topics: 'in PostgreSQL',
    partitions: 4,
    features: { keys: false, kafkaTls: false },
  });
  expect(lines.join('\n')).not.toContain(new URL(postgres.serviceUrl).password);
});
