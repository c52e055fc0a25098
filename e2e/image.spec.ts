import { globSync, readFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { freePort } from '../tools/testing/free-port.js';
import {
  startEmbeddedPostgres,
  type EmbeddedPostgres,
} from '../apps/weir/src/embedded-postgres/start-embedded-postgres.js';
import { assembleImage, type AssembledImage } from '../tools/deploy/assemble-image.js';
import { ask, askUntil, publication } from './harness/http.js';
import { runInContainer, startContainer, untilReady, type RunningContainer } from './harness/image-process.js';
import { removeFolder, repositoryRoot, temporaryFolder } from './harness/weir-process.js';

const SERVICES = ['ingest', 'enrichment', 'evaluation', 'action', 'api'] as const;
const KEY = 'a-key-of-this-test';
const folder = temporaryFolder();
const database = temporaryFolder();
let image: AssembledImage;
let postgres: EmbeddedPostgres;
let filesBefore: readonly string[];
const containers = new Map<string, RunningContainer & { readonly url: string; readonly port: string }>();

const filesOf = (root: string): string[] => globSync('**/*', { cwd: root }).sort();
const urlOf = (name: string): string => containers.get(name)?.url ?? '';

/** What deploy/postgres/roles.sql does, without psql: the login of the services. */
const makeServiceLogin = async (password: string): Promise<string> => {
  const sql = readFileSync(join(repositoryRoot, 'deploy/postgres/roles.sql'), 'utf8')
    .replaceAll(/^\\.*$/gm, '')
    .replaceAll(`:'password'`, `'${password}'`);
  const client = new pg.Client({ connectionString: postgres.ownerUrl });
  await client.connect();
  await client.query(sql).finally(() => client.end());
  const url = new URL(postgres.ownerUrl);
  url.username = 'weir_app';
  url.password = password;
  return url.href;
};

beforeAll(async () => {
  image = assembleImage(repositoryRoot, 'service', folder);
  filesBefore = filesOf(image.root);
  postgres = await startEmbeddedPostgres(database);
  const migrated = await runInContainer(image, ['/bin/sh', 'container/run.sh', 'weir', 'migrate', '--json'], {
    DATABASE_URL: postgres.ownerUrl,
  });
  expect(migrated.code, migrated.stderr).toBe(0);
  const login = await makeServiceLogin('of-this-test');
  for (const name of SERVICES) {
    const port = String(await freePort());
    const container = startContainer(image, [name], {
      DATABASE_URL: login,
      PORT: port,
      HOST: '127.0.0.1',
      API_KEYS: KEY,
    });
    containers.set(name, { ...container, url: `http://127.0.0.1:${port}`, port });
  }
}, 300_000);

afterAll(async () => {
  for (const container of containers.values()) await container.end('SIGKILL');
  await postgres?.stop();
  removeFolder(database);
  removeFolder(folder);
});

test('every service starts from what the image holds, without development packages, and its health check finds it', async () => {
  for (const [name, container] of containers) {
    const { url, port } = container;
    await untilReady(url, container);
    expect((await runInContainer(image, ['node', 'container/ask-health.js'], { PORT: port })).code, name).toBe(0);
  }
  expect(
    (await runInContainer(image, ['node', 'container/ask-health.js'], { PORT: String(await freePort()) })).code,
    'nobody there',
  ).toBe(1);
});

test('what changes something needs a key at each service, and an event goes its whole way to the verdict', async () => {
  const event = JSON.stringify(publication('image-1', 'pkg:npm/free-speech@1.0.0', { license: 'GPL-3.0-only' }));
  const headers = { 'content-type': 'application/cloudevents+json' };
  const keyed = { authorization: `Bearer ${KEY}` };
  for (const [name, path] of [
    ['ingest', '/v1/events'],
    ['enrichment', '/v1/feeds/osv'],
    ['api', '/v1/policies'],
  ] as const) {
    expect((await ask(urlOf(name), path, { method: 'POST', headers, body: event })).status, path).toBe(401);
  }
  const saved = await ask<{ policyId: string }>(urlOf('api'), '/v1/policies', {
    method: 'POST',
    headers: { ...keyed, 'content-type': 'application/json' },
    body: '{"template":"gpl-anywhere"}',
  });
  expect(
    (await ask(urlOf('api'), `/v1/policies/${saved.body.policyId}/activate`, { method: 'POST', headers: keyed }))
      .status,
  ).toBeLessThan(300);
  expect(
    (await ask(urlOf('ingest'), '/v1/events', { method: 'POST', headers: { ...headers, ...keyed }, body: event }))
      .status,
  ).toBe(202);
  const verdict = await askUntil<{ allowed: boolean }>(
    urlOf('api'),
    `/v1/verdict?purl=${encodeURIComponent('pkg:npm/free-speech@1.0.0')}&repository=npm-dev`,
    ({ status, body }) => status === 200 && !body.allowed,
    undefined,
    { headers: keyed },
  );
  expect(verdict.body).toMatchObject({ allowed: false, state: 'quarantined' });
});

test('api serves the console', async () => {
  const page = await fetch(urlOf('api'));
  expect(page.headers.get('content-type')).toContain('text/html');
  expect(await page.text()).toContain('<div id="root">');
});

test('the services log in as weir_app, and still cannot change the log', async () => {
  const url = new URL(postgres.ownerUrl);
  url.username = 'weir_app';
  url.password = 'of-this-test';
  const client = new pg.Client({ connectionString: url.href });
  await client.connect();
  await expect(client.query('DELETE FROM log.event')).rejects.toThrow(/permission denied/);
  await client.end();
});

test('a name that is no service is refused with those there are', async () => {
  for (const args of [[], ['gate'], ['../../etc']]) {
    const refused = await runInContainer(image, ['/bin/sh', 'container/run.sh', ...args]);
    expect(refused).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('ingest, enrichment, evaluation, action, api') as string,
    });
  }
  expect(
    (
      await runInContainer(image, [
        '/bin/sh',
        'container/run.sh',
        'weir',
        'topics',
        'apply',
        '--dry-run',
        '--kafka',
        '127.0.0.1:1',
        '--file',
        'nowhere.yaml',
      ])
    ).code,
  ).toBe(2);
});

test('a service that is told to stop while it still waits for its database stops', async () => {
  const silent = createServer();
  const asked = new Promise<void>((resolve) => silent.once('connection', () => resolve()));
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
  const container = startContainer(image, ['evaluation'], {
    DATABASE_URL: `postgres://a:b@127.0.0.1:${(silent.address() as AddressInfo).port}/c`,
    PORT: '0',
  });
  await asked;
  expect(await container.end('SIGTERM'), 'a process 1 without a handler would not end at all').toBe(143);
  silent.close();
});

test('services end in order when they are told to, and have written nothing into the image', async () => {
  for (const [name, { end, log }] of containers) expect(await end('SIGTERM'), `${name}\n${log()}`).toBe(0);
  expect(filesOf(image.root)).toEqual(filesBefore);
});
