import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { chromium, type Browser, type Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { chromiumPath } from '../tools/testing/browser-for-tests.js';
import { ask, post } from './harness/http.js';
import { removeFolder, startWeirProcess, temporaryFolder, type RunningWeir } from './harness/weir-process.js';

const data = temporaryFolder();
let weir: RunningWeir;
let browser: Browser;
let stranger: Server;
let strangeUrl: string;

beforeAll(async () => {
  weir = await startWeirProcess(data);
  browser = await chromium.launch({
    executablePath: chromiumPath,
    // A name that a stranger made to point at this machine (DNS rebinding).
    args: ['--headless', '--no-sandbox', '--disable-gpu', '--host-resolver-rules=MAP rebound.example 127.0.0.1'],
  });
  stranger = createServer((_, response) => response.setHeader('content-type', 'text/html').end('<p>A page</p>'));
  await new Promise<void>((resolve) => stranger.listen(0, '127.0.0.1', resolve));
  strangeUrl = `http://localhost:${(stranger.address() as AddressInfo).port}/`;
});
afterAll(async () => {
  await browser.close();
  stranger.close();
  await weir.end('SIGTERM');
  removeFolder(data);
});

const activePolicy = async (): Promise<string> => {
  const { body } = await post<{ policyId: string }>(weir.url, '/v1/policies', { template: 'gpl-anywhere' });
  await post(weir.url, `/v1/policies/${body.policyId}/activate`, {});
  return body.policyId;
};

const isActive = async (id: string): Promise<unknown> =>
  (await ask<{ activeRevision: unknown }>(weir.url, `/v1/policies/${id}`)).body.activeRevision;

const pageAt = async (url: string): Promise<{ readonly page: Page; readonly faults: readonly string[] }> => {
  const page = await browser.newPage();
  const faults: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error') faults.push(message.text());
  });
  page.on('pageerror', (fault) => faults.push(fault.message));
  await page.goto(url);
  return { page, faults };
};

test('a page of another site can turn no policy off, by any request that it can make a browser send', async () => {
  const id = await activePolicy();
  const before = await isActive(id);
  expect(before).toBeTruthy();
  const { page } = await pageAt(strangeUrl);
  const target = `${weir.url}/v1/policies/${id}/deactivate`;
  const statuses: number[] = [];
  page.on('response', (response) => {
    if (response.url() === target) statuses.push(response.status());
  });
  await page.evaluate(`(async () => {
    const url = ${JSON.stringify(target)};
    await fetch(url, { method: 'POST', mode: 'no-cors' }).catch(() => undefined);
    await fetch(url, { method: 'POST', mode: 'no-cors', body: '{}' }).catch(() => undefined);
    navigator.sendBeacon(url, '{}');
  })()`);
  await page.evaluate(`
    const form = document.createElement('form');
    form.method = 'POST';
    form.action = ${JSON.stringify(target)};
    document.body.append(form);
    form.submit();
  `);
  await page.waitForURL(target);
  // What a page sends without CORS it is not even told; the form's answer is shown.
  await expect.poll(() => statuses).toContain(403);
  expect(statuses.filter((status) => status !== 403)).toEqual([]);
  expect(await isActive(id)).toEqual(before);
  await page.close();
});

test('a name that was made to point here reads nothing', async () => {
  const page = await browser.newPage();
  const rebound = weir.url.replace(/127\.0\.0\.1|localhost/, 'rebound.example');
  const response = await page.goto(`${rebound}/v1/policies`);
  expect(response?.status()).toBe(421);
  expect(await page.content()).not.toContain('gpl-anywhere');
  await page.close();
});

test('no page of others shows ours inside it', async () => {
  const { page, faults } = await pageAt(strangeUrl);
  await page.evaluate(`
    const frame = document.createElement('iframe');
    frame.src = ${JSON.stringify(weir.url)};
    document.body.append(frame);
  `);
  await expect.poll(() => faults.join('\n')).toMatch(/frame-ancestors|X-Frame-Options/i);
  await page.close();
});

test.each([
  ['the console', '/', 'h1, table, pre'],
  ['a package of the console', '/#/policies', 'h1, table, pre'],
  ['the page of the API', '/docs', '.opblock'],
])('%s works with nothing that its policy forbids', async (_, path, shown) => {
  const { page, faults } = await pageAt(`${weir.url}${path}`);
  await page.locator(shown).first().waitFor();
  expect(faults.filter((fault) => /Content.Security.Policy|refused to/i.test(fault))).toEqual([]);
  await page.close();
});
