import { get, type IncomingMessage } from 'node:http';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { launchBrowser, openPage, overflowOf, shoot, violationsOn, WITHIN } from './harness/console-browser.js';
import { ask, post, publication } from './harness/http.js';
import { removeFolder, startWeirProcess, temporaryFolder, type RunningWeir } from './harness/weir-process.js';

const data = temporaryFolder();
let weir: RunningWeir;
let browser: Browser;
let page: Page;
let faults: string[];
let policyId: string;
let decisionId: string;

const GPL = 'pkg:npm/free-speech@1.0.0';
const LONG = `pkg:maven/org.example.a.group.that.never.ends/${'an-artifact-with-a-long-name-'.repeat(4)}@1.0.0`;
const placeOf = (purl: string): string =>
  `#/package?${new URLSearchParams({ purl, repository: 'npm-dev' }).toString()}`;

beforeAll(async () => {
  weir = await startWeirProcess(data);
  const parameters = { template: 'gpl-anywhere' };
  ({
    body: { policyId },
  } = await post<{ policyId: string }>(weir.url, '/v1/policies', parameters));
  const events = [GPL, LONG, 'pkg:npm/plain@1.0.0'].map((purl, i) =>
    publication(`page-${i}`, purl, { license: i === 2 ? 'MIT' : 'GPL-3.0-only', repository: { name: 'npm-dev' } }),
  );
  await post(weir.url, '/v1/events', events, 'application/cloudevents-batch+json');
  for (const purl of [GPL, LONG]) await ask(weir.url, `/v1/verdict?purl=${encodeURIComponent(purl)}&wait=30`);
  await post(weir.url, `/v1/policies/${policyId}/activate`, {});
  browser = await launchBrowser();
  ({ page, faults } = await openPage(browser));
  await page.goto(`${weir.url}/#/?state=quarantined`);
  await page.getByRole('link', { name: GPL, exact: true }).waitFor();
  const { body } = await ask<{ decisions: readonly { id: string }[] }>(weir.url, '/v1/decisions?state=quarantined');
  decisionId = body.decisions[0]?.id ?? '';
});
afterAll(async () => {
  await browser.close();
  await weir.end('SIGTERM');
  removeFolder(data);
});

/** Every page: its address, the title, and what shows that it is there. */
const PAGES = [
  ['packages', () => '#/', 'Packages', 'a.purl'],
  ['search', () => '#/?q=speech&state=quarantined', 'speech · Packages', 'a.purl'],
  ['nothing-fits', () => '#/?q=nothing-like-it', 'nothing-like-it · Packages', '.notice'],
  ['package', () => placeOf(GPL), GPL, '.verdict'],
  ['long-package', () => placeOf(LONG), LONG, '.verdict'],
  ['unknown-package', () => placeOf('pkg:npm/nobody@1'), 'pkg:npm/nobody@1', '.notice'],
  ['decision', () => `#/decision/${decisionId}`, 'Decision evaluation-', 'pre.facts'],
  ['policies', () => '#/policies', 'Policies', 'tbody tr'],
  ['policy', () => `#/policy/${policyId}`, 'GPL', 'pre.rego'],
  ['feeds', () => '#/feeds', 'Feeds', 'tbody tr'],
  ['unjudged', () => '#/unjudged', 'Being judged', '.notice'],
  ['nowhere', () => '#/nowhere', 'Not found', '.notice'],
  ['broken-id', () => '#/decision/%', 'Not found', '.notice'],
] as const;

test.each(PAGES)(
  'the page %s fits at 390, 768 and 1440 px, has one heading and a title, and axe finds nothing, light and dark',
  async (name, hash, title, shows) => {
    await page.goto('about:blank');
    await page.goto(`${weir.url}/${hash()}`);
    await page.locator(shows).first().waitFor();
    await expect.poll(() => page.title()).toContain(title);
    expect(await page.title()).toMatch(/ · Weir$/);
    await expect.poll(() => page.locator('h1').count(), WITHIN).toBe(1);
    for (const width of [390, 768, 1440])
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.setViewportSize({ width, height: 900 });
        await page.emulateMedia({ colorScheme });
        expect(await overflowOf(page), `${width} px`).toEqual([]);
        expect(await violationsOn(page), `${width} px, ${colorScheme}`).toEqual([]);
        await shoot(page, `${name}-${width}-${colorScheme}`);
      }
  },
);

test('an address that names nothing leads back', async () => {
  await page.goto(`${weir.url}/#/decision/%`);
  await page.getByRole('heading', { name: 'There is no such page' }).waitFor();
  await page.getByRole('link', { name: 'Show all packages' }).click();
  await page.locator('a.purl').first().waitFor();
});

test('an answer that a page cannot show is said, and the next page is right', async () => {
  await page.route('**/v1/feeds', (route) => route.fulfill({ json: { feeds: 1 } }));
  await page.goto(`${weir.url}/#/feeds`);
  await page.getByRole('heading', { name: 'This page has a fault' }).waitFor();
  await shoot(page, 'fault');
  expect(await violationsOn(page)).toEqual([]);
  await page.unroute('**/v1/feeds');
  await page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name: 'Policies' }).click();
  await page.getByRole('heading', { name: 'Policies' }).waitFor();
  faults.splice(0);
});

test('decisions say in words which policy led to them', async () => {
  await page.goto(`${weir.url}/${placeOf(GPL)}`);
  const because = page.locator('td[data-label="Because of"]');
  await because.first().waitFor();
  await expect
    .poll(() => because.allInnerTexts())
    .toEqual([expect.stringMatching(/^GPL.*, revision 1 activated$/), 'published, reported by /e2e']);
});

test('a policy leads to its text, its revisions and the packages that it holds', async () => {
  await page.goto(`${weir.url}/#/policies`);
  await page.locator('tbody a').first().click();
  await page.locator('pre.rego').first().waitFor();
  expect(await page.locator('pre.rego').first().innerText()).toContain('package cloudsmith');
  await expect.poll(() => page.getByText('Revision 1 is active.').count(), WITHIN).toBe(1);
  await expect.poll(() => page.getByRole('table', { name: 'Packages' }).locator('a.purl').count(), WITHIN).toBe(2);
  await page.getByRole('link', { name: 'All 2 packages' }).click();
  await expect.poll(() => page.locator('a.purl').count(), WITHIN).toBe(2);
  await expect.poll(() => page.getByRole('link', { name: 'Remove policy' }).count(), WITHIN).toBe(1);
});

test('times are local with their zone, and the UTC instant is on hover', async () => {
  await page.goto(`${weir.url}/${placeOf(GPL)}`);
  const time = page.locator('time').first();
  await time.waitFor();
  const at = (await time.getAttribute('datetime')) ?? '';
  expect(await time.getAttribute('title')).toBe(`${at} (UTC)`);
  const local = new Date(new Date(at).getTime() + 5.5 * 3_600_000).toISOString();
  expect(await time.innerText()).toMatch(/GMT\+5:30|IST/);
  expect(await time.innerText()).toContain(local.slice(14, 19));
});

test('purls, digests and commands are copied by a button', async () => {
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  const copied = () => page.evaluate<string>('navigator.clipboard.readText()');
  await page.goto(`${weir.url}/${placeOf(GPL)}`);
  await page.getByRole('button', { name: 'Copy package URL' }).click();
  await page.getByText('copied').waitFor();
  expect(await copied()).toBe(GPL);
  await page.goto(`${weir.url}/#/decision/${decisionId}`);
  await page.getByRole('button', { name: 'Copy policy set' }).click();
  await expect.poll(copied).toMatch(/^sha256:[0-9a-f]{64}$/);
  await page.goto(`${weir.url}/#/policy/${policyId}`);
  await page.getByRole('button', { name: 'Copy command' }).click();
  await expect.poll(copied).toBe(`weir policy deactivate ${policyId}`);
});

test('the page is asked for at each visit, what it loads is kept', async () => {
  const index = await fetch(weir.url);
  expect(index.headers.get('cache-control')).toBe('no-cache');
  // fetch would ask for it whole.
  const again = await new Promise<IncomingMessage>((resolve, reject) => {
    get(weir.url, { headers: { 'if-none-match': index.headers.get('etag') ?? '' } }, resolve).once('error', reject);
  });
  again.resume();
  expect([again.statusCode, again.headers['content-security-policy']], 'what is kept stays open').toEqual([
    304,
    undefined,
  ]);
  const assets = [...(await index.text()).matchAll(/(?:src|href)="(\/assets\/[^"]+)"/g)].map(([, path]) => path ?? '');
  expect(assets.length).toBeGreaterThan(1);
  for (const path of assets)
    expect((await fetch(new URL(path, weir.url))).headers.get('cache-control')).toBe(
      'public, max-age=31536000, immutable',
    );
});

test('no page wrote a fault to the browser console', () => {
  // What is not known is answered with 404, which browsers write down by themselves.
  expect(faults.filter((fault) => !fault.includes('nobody'))).toEqual([]);
});
