import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { launchBrowser, openPage, overflowOf, shoot as shootPage, WITHIN } from './harness/console-browser.js';
import { ask, post, publication } from './harness/http.js';
import { removeFolder, startWeirProcess, temporaryFolder, type RunningWeir } from './harness/weir-process.js';

const data = temporaryFolder();
let weir: RunningWeir;
let browser: Browser;
let page: Page;
let faults: string[];

beforeAll(async () => {
  weir = await startWeirProcess(data);
  browser = await launchBrowser();
  ({ page, faults } = await openPage(browser));
});
afterAll(async () => {
  await browser.close();
  await weir.end('SIGTERM');
  removeFolder(data);
});

const shoot = (name: string): Promise<void> => shootPage(page, name);

/** Says of itself what nobody can read. */
const ODD = { license: 'Dual License', publishedAt: '9999-12-31T23:59:59-12:00' };

test('an empty console says the next step', async () => {
  await page.goto(weir.url);
  await page.getByText('No package has been judged yet').waitFor();
  expect(await page.locator('pre').innerText()).toContain('/v1/events');
  await shoot('empty');
});

test('a package appears by itself, and its page leads to the facts that were seen', async () => {
  const { body } = await post<{ policyId: string }>(weir.url, '/v1/policies', { template: 'gpl-anywhere' });
  await post(weir.url, `/v1/policies/${body.policyId}/activate`, {});
  await page.getByText('live', { exact: true }).waitFor();
  await post(
    weir.url,
    '/v1/events',
    publication('page-1', 'pkg:npm/free-speech@1.0.0', { license: 'GPL-3.0-only' }),
    'application/cloudevents+json',
  );
  await page.getByRole('link', { name: 'pkg:npm/free-speech@1.0.0' }).waitFor({ timeout: 15_000 });
  await shoot('packages');
  expect(await page.locator('tbody').innerText()).toContain('quarantined');
  await page.getByRole('link', { name: 'pkg:npm/free-speech@1.0.0' }).click();
  await page.getByRole('heading', { name: 'Decisions' }).waitFor();
  expect(await page.locator('.verdict').innerText()).toContain('GPL-3.0-only');
  await shoot('package');
  await page.getByRole('link', { name: 'The decision and the facts it saw' }).click();
  await page.locator('pre.facts').filter({ hasText: 'free-speech' }).waitFor();
  expect(await page.locator('dl.evidence').innerText()).toMatch(/sha256:[0-9a-f]{64}/);
  await shoot('decision');
});

test('the page of a package says what could not be read of it', async () => {
  const event = publication('odd-1', 'pkg:npm/odd@1.0.0', ODD);
  await post(weir.url, '/v1/events', event, 'application/cloudevents+json');
  await page.goto(`${weir.url}/#/`);
  await page.getByRole('link', { name: 'pkg:npm/odd@1.0.0' }).click({ timeout: 15_000 });
  await page.getByRole('heading', { name: 'Could not be read' }).waitFor();
  const parts = await page.locator('section', { hasText: 'Could not be read' }).innerText();
  expect(parts).toContain('licence names no licence that is known');
  expect(parts).toContain('publishedAt is 9999-12-31T23:59:59-12:00');
  await shoot('unread');
});

test('of a package that two workspaces hold each page is about its own', async () => {
  await post(
    weir.url,
    '/v1/events',
    publication('page-2', 'pkg:npm/free-speech@1.0.0', { license: 'MIT', workspace: 'other' }),
    'application/cloudevents+json',
  );
  await page.goto(`${weir.url}/#/`);
  const other = page.locator('tbody tr').filter({ hasText: 'other / npm-dev' });
  await other.waitFor({ timeout: 15_000 });
  await other.getByRole('link').first().click();
  await page.getByText('other / npm-dev').waitFor();
  await page.locator('.verdict').filter({ hasText: 'No active policy asks for anything' }).waitFor();
  await expect.poll(() => page.locator('tbody tr').count(), WITHIN).toBe(1);
  await page.goto(`${weir.url}/#/`);
  await page.locator('tbody tr').filter({ hasText: 'quarantined' }).getByRole('link').first().click();
  await page.locator('.verdict').filter({ hasText: 'GPL-3.0-only' }).waitFor();
  await expect.poll(() => page.locator('tbody tr').count(), WITHIN).toBe(1);
});

test('the page of a file leads to the other files of its version, whatever their names hold', async () => {
  const purl = (file: string) => `pkg:rpm/fedora/libstdc%2B%2B@7%2B1?arch=${file}`;
  await post(
    weir.url,
    '/v1/events',
    ['x86_64', 'i386%26a%3Db'].map((file, index) => publication(`file-${index}`, purl(file))),
    'application/cloudevents-batch+json',
  );
  await page.goto(`${weir.url}/#/?q=libstdc%2B%2B`);
  await page.getByRole('link', { name: purl('x86_64') }).click();
  await page.getByText('Also known: one package').click();
  await page.getByRole('link', { name: purl('i386%26a%3Db') }).click();
  await page.getByRole('heading', { name: purl('i386%26a%3Db') }).waitFor();
  await page.locator('.verdict').waitFor();
  await expect.poll(() => page.locator('tbody tr').count(), WITHIN).toBe(1);
});

test('policies are listed with what they ask for', async () => {
  await page.goto(`${weir.url}/#/policies`);
  await page.getByText('quarantined').first().waitFor();
  await page.getByText('Every package is judged by the policies in force.').waitFor();
  await shoot('policies');
});

test('while packages are yet to be judged again the page of policies says how many and why', async () => {
  const byCause = { policy: 1200, engine: 0, freshness: 34, time: 5 };
  const workspaces = [{ workspace: 'default', policySetDigest: 'sha256:new', pending: 1239, byCause }];
  await page.route('**/v1/judging', (route) => route.fulfill({ json: { policyEvents: 3, asOf: '', workspaces } }));
  await page.reload();
  const line = page.getByText('packages of default are yet to be judged again');
  await line.waitFor();
  expect(await line.innerText()).toBe(
    '1,234 packages of default are yet to be judged again: 1,200 for other policies, 34 for feeds of another age',
  );
  await page.unroute('**/v1/judging');
  await page.getByText('Every package is judged by the policies in force.').waitFor();
});

/** A file of EPSS as it was so many days ago. */
const scores = (daysAgo: number, cves: readonly string[]): RequestInit => {
  const day = new Date(Date.now() - daysAgo * 24 * 60 * 60 * 1000).toISOString().slice(0, 10);
  const rows = cves.map((cve) => `${cve},0.9,0.5\n`).join('');
  return {
    method: 'POST',
    headers: { 'content-type': 'application/octet-stream' },
    body: `#model_version:v1,score_date:${day}T00:00:00+0000\ncve,epss,percentile\n${rows}`,
  };
};

test('the page of feeds says that a file is held back, and with which command it is let in', async () => {
  const cves = Array.from({ length: 400 }, (_, i) => `CVE-2026-${1000 + i}`);
  await ask(weir.url, '/v1/feeds/epss?name=epss_scores.csv', scores(3, cves));
  await page.goto(`${weir.url}/#/feeds`);
  const row = page.locator('tbody tr').filter({ hasText: 'EPSS' });
  await row.filter({ hasText: 'fresh' }).waitFor();
  expect(await page.locator('.notice').count()).toBe(0);
  await shoot('feeds');

  const { body } = await ask<{ content: string }>(
    weir.url,
    '/v1/feeds/epss?name=epss_scores_cut.csv',
    scores(2, cves.slice(150)),
  );
  await page.reload();
  await row.filter({ hasText: 'held back' }).waitFor();
  const notice = await page.locator('.notice').innerText();
  expect(notice).toContain('The newest file of EPSS is held back');
  expect(notice).toContain('epss_scores_cut.csv');
  expect(notice).toContain('150 entries');
  expect(notice).toContain(`weir feed accept epss ${body.content} --because "..."`);
  expect(await row.innerText()).toContain('150');
  expect(await overflowOf(page), 'nothing stands beyond the window').toEqual([]);
  const gap =
    'document.querySelector("table").getBoundingClientRect().top - document.querySelector(".notice").getBoundingClientRect().bottom';
  expect(await page.evaluate(gap), 'the notice stands apart').toBeGreaterThan(8);
  await shoot('feeds-held-back');
  await page.emulateMedia({ colorScheme: 'dark' });
  await shoot('feeds-held-back-dark');
  await page.setViewportSize({ width: 420, height: 800 });
  const label = 'getComputedStyle(document.querySelectorAll("td[data-label=Records]")[1], "::before").content';
  expect(await page.evaluate(label), 'a narrow window has no head of columns').toContain('Records');
  await shoot('feeds-held-back-narrow');
  await page.setViewportSize({ width: 1280, height: 800 });
  await page.emulateMedia({ colorScheme: null });

  await post(weir.url, '/v1/feeds/epss/accept', { content: body.content, by: 'ada', because: 'seen at the source' });
  await page.reload();
  await row.filter({ hasText: 'fresh' }).waitFor();
  expect(await page.locator('.notice').count()).toBe(0);
});

test('no page wrote a fault to the browser console', () => {
  expect(faults).toEqual([]);
});
