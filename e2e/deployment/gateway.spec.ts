import { readFileSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { freePort } from '../../tools/testing/free-port.js';
import { removeFolder, repositoryRoot, temporaryFolder } from '../harness/weir-process.js';
import { startProgram, type RunningProgram } from '../telemetry/running-program.js';

const folder = temporaryFolder();
const servers = new Map<string, Server>();
let gateway: RunningProgram;

/** Answers with its own name, whatever is asked. */
const serve = async (name: string): Promise<number> => {
  const server = createServer((_, answer) => answer.end(name));
  servers.set(name, server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
};

beforeAll(async () => {
  let text = readFileSync(join(repositoryRoot, 'deploy/gateway/Caddyfile'), 'utf8');
  for (const name of ['ingest', 'enrichment', 'action', 'api'])
    text = text.replace(`${name}:8080`, `127.0.0.1:${await serve(name)}`);
  const port = await freePort();
  const file = join(folder, 'Caddyfile');
  writeFileSync(file, text.replace(/^:8080/m, `:${port}`).replace('admin off', 'admin off\n\tdefault_bind 127.0.0.1'));
  gateway = await startProgram(
    'caddy',
    ['run', '--adapter', 'caddyfile', '--config', file],
    { HOME: folder },
    { port, path: '/health' },
  );
});

afterAll(async () => {
  await gateway?.stop();
  for (const server of servers.values()) server.close();
  removeFolder(folder);
});

test.each([
  ['/v1/events', 'ingest'],
  ['/v1/feeds', 'enrichment'],
  ['/v1/feeds/osv', 'enrichment'],
  ['/v1/effects?status=failed', 'action'],
  ['/v1/policies', 'api'],
  ['/v1/eventsandmore', 'api'],
  ['/v1/verdict?purl=pkg:npm/lodash@4.17.20', 'api'],
  ['/docs', 'api'],
  ['/', 'api'],
])('a real gateway hands %s to %s', async (path, service) => {
  expect(await (await fetch(`${gateway.url}${path}`)).text()).toBe(service);
});

test('metrics are not shown to the outside', async () => {
  expect((await fetch(`${gateway.url}/metrics`)).status).toBe(404);
});
