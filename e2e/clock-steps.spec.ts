import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { waitFor } from '../tools/testing/webhook-receiver.js';
import { askUntil, post, publication } from './harness/http.js';
import {
  removeFolder,
  repositoryRoot,
  startWeirProcess,
  temporaryFolder,
  type RunningWeir,
} from './harness/weir-process.js';

const DAY_MS = 24 * 3_600_000;
const data = temporaryFolder();
const elsewhere = temporaryFolder();
const shift = join(elsewhere, 'shift');
const received: IncomingHttpHeaders[] = [];
let endpoint: Server;
let weir: RunningWeir;

const setClock = (days: number): void => writeFileSync(shift, String(days * DAY_MS));

beforeAll(async () => {
  setClock(0);
  endpoint = createServer((request, response) => {
    received.push(request.headers);
    request.resume().on('end', () => response.writeHead(204).end());
  }).listen(0, '127.0.0.1');
  await once(endpoint, 'listening');
  const url = `http://127.0.0.1:${(endpoint.address() as AddressInfo).port}/`;
  const secret = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
  weir = await startWeirProcess(data, {
    NODE_OPTIONS: `--import=${pathToFileURL(join(repositoryRoot, 'e2e/harness/shifted-clock.mjs')).href}`,
    SHIFTED_CLOCK_FILE: shift,
    WEBHOOKS: JSON.stringify([
      { name: 'clocked', url, secrets: [secret], events: ['quarantined'], allowPrivate: true },
    ]),
  });
  const { body } = await post<{ policyId: string }>(weir.url, '/v1/policies', { template: 'gpl-anywhere' });
  await post(weir.url, `/v1/policies/${body.policyId}/activate`, {});
}, 120_000);

afterAll(async () => {
  await weir.end('SIGTERM');
  endpoint.close();
  removeFolder(data);
  removeFolder(elsewhere);
});

/** Days between the clock of this test and what an instant says. */
const daysAhead = (instant: number): number => Math.round((instant - Date.now()) / DAY_MS) + 0;

test.each([0, 3, -1, 40])(
  'weir up judges and signs by the clock of the system, stepped by %i days while it runs',
  async (days) => {
    setClock(days);
    const purl = `pkg:npm/stepped-by-${days}@1.0.0`;
    const before = received.length;
    const event = publication(`stepped-${days}`, purl, { license: 'GPL-3.0-only' });
    expect((await post(weir.url, '/v1/events', event, 'application/cloudevents+json')).status).toBe(202);
    const { body } = await askUntil<{ state: string; decision: { decidedAt: string } }>(
      weir.url,
      `/v1/verdict?purl=${encodeURIComponent(purl)}&repository=npm-dev`,
      ({ status }) => status === 200,
    );
    expect(body.state).toBe('quarantined');
    expect(daysAhead(Date.parse(body.decision.decidedAt))).toBe(days);
    const headers = await waitFor('the webhook', () => received[before] ?? null);
    expect(daysAhead(Number(headers['webhook-timestamp']) * 1000)).toBe(days);
  },
);
