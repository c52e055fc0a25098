import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { launchBrowser, openPage, overflowOf, shoot, WITHIN } from './harness/console-browser.js';
import { ask, post, publication } from './harness/http.js';
import { publishMany } from './harness/many-packages.js';
import { removeFolder, startWeirProcess, temporaryFolder, type RunningWeir } from './harness/weir-process.js';

/** Enough for a dozen pages; WEIR_CONSOLE_PACKAGES=100000 shows the same with as many. */
const PACKAGES = Number(process.env['WEIR_CONSOLE_PACKAGES'] ?? '1200');
const NAMED = ['pkg:npm/%40babel/traverse@7.23.0', 'pkg:npm/lodash@4.17.20', 'pkg:npm/lodash@4.17.21'];
const ALL = PACKAGES + NAMED.length;
const PAGE_SIZE = 100;

const data = temporaryFolder();
let weir: RunningWeir;
let browser: Browser;
let page: Page;
let faults: string[];

beforeAll(
  async () => {
    weir = await startWeirProcess(data);
    const { body } = await post<{ policyId: string }>(weir.url, '/v1/policies', { template: 'gpl-anywhere' });
    await post(weir.url, `/v1/policies/${body.policyId}/activate`, {});
    await publishMany(weir.url, PACKAGES);
    const named = NAMED.map((purl, i) =>
      publication(`named-${i}`, purl, { license: i === 1 ? 'GPL-3.0-only' : 'MIT' }),
    );
    await post(weir.url, '/v1/events', named, 'application/cloudevents-batch+json');
    for (const purl of NAMED)
      await ask(weir.url, `/v1/verdict?purl=${encodeURIComponent(purl)}&repository=npm-dev&wait=30`);
    browser = await launchBrowser();
    ({ page, faults } = await openPage(browser));
  },
  60_000 + PACKAGES * 20,
);
afterAll(async () => {
  await browser.close();
  await weir.end('SIGTERM');
  removeFolder(data);
});

const list = () => page.getByRole('table', { name: 'Packages' });
const purls = () => list().locator('a.purl');
const place = () => page.locator('nav.pages').first().locator('span').first();
const box = () => page.getByRole('searchbox');
const way = (name: string) => page.locator('nav.pages').first().getByRole('link', { name, exact: true });
const go = async (hash: string): Promise<void> => {
  await page.goto(`${weir.url}/${hash}`);
  await list().waitFor();
};

describe('every package is reached', () => {
  test('page after page, each once, and back again', async () => {
    await go('#/?sort=name');
    const pages: string[][] = [];
    const read = async () => {
      pages.push(await purls().allInnerTexts());
      return way('Next').isVisible();
    };
    for (let more = await read(); more; more = await read()) {
      const shown = await place().innerText();
      await way('Next').click();
      await expect.poll(() => place().innerText()).not.toBe(shown);
    }
    const seen = pages.flat();
    expect(new Set(seen).size).toBe(ALL);
    expect(seen).toHaveLength(ALL);
    expect(await place().innerText()).toContain(`of ${ALL.toLocaleString('en')} packages`);
    await way('Previous').click();
    await expect.poll(() => purls().allInnerTexts()).toEqual(pages.at(-2));
    await way('First').click();
    await expect.poll(() => purls().allInnerTexts()).toEqual(pages[0]);
    await way('Last').click();
    await expect.poll(() => purls().allInnerTexts()).toEqual(seen.slice(-PAGE_SIZE));
    expect(await place().innerText()).toBe(
      `${(ALL - PAGE_SIZE + 1).toLocaleString('en')}–${ALL.toLocaleString('en')} of ${ALL.toLocaleString('en')} packages`,
    );
    await shoot(page, 'list-last-page');
  });

  test.each([
    ['@babel/traverse', [NAMED[0]]],
    ['lodash 4.17.20', [NAMED[1]]],
    ['LODASH', [NAMED[2], NAMED[1]]],
    ['pkg:npm/@babel/traverse@7.23.0', [NAMED[0]]],
  ])('by searching for %s', async (text, found) => {
    await go('#/');
    await box().fill(text);
    await expect
      .poll(() =>
        purls()
          .allInnerTexts()
          .then((all) => [...all].sort()),
      )
      .toEqual([...found].sort());
    expect(await page.title()).toContain(text);
  });
});

describe('search box, figures and list are one', () => {
  test('a figure narrows what was searched for, and what it is narrowed to can be taken away', async () => {
    await go('#/');
    await box().fill('lodash');
    await expect.poll(() => purls().count()).toBe(2);
    await page.locator('a.figure').filter({ hasText: 'quarantined' }).click();
    await expect.poll(() => purls().allInnerTexts()).toEqual([NAMED[1]]);
    expect(await box().inputValue()).toBe('lodash');
    expect(new URL(page.url()).hash).toBe('#/?state=quarantined&q=lodash');
    await page.reload();
    await expect.poll(() => purls().allInnerTexts()).toEqual([NAMED[1]]);
    expect(await box().inputValue()).toBe('lodash');
    await shoot(page, 'list-narrowed');
    await page.getByRole('link', { name: 'Remove state' }).click();
    await expect.poll(() => purls().count()).toBe(2);
    await page.getByRole('link', { name: 'Show all' }).click();
    await expect.poll(() => place().innerText()).toContain(ALL.toLocaleString('en'));
    expect(await box().inputValue()).toBe('');
    await page.goBack();
    await expect.poll(() => box().inputValue()).toBe('lodash');
    await expect.poll(() => purls().count()).toBe(2);
  });

  test('repository, format, tag and order are in the address and stand together', async () => {
    await go('#/?sort=name');
    await list().getByRole('link', { name: 'npm-prod', exact: true }).first().click();
    await expect.poll(() => page.getByRole('link', { name: 'Remove repository' }).count(), WITHIN).toBe(1);
    await page.locator('a.figure').filter({ hasText: 'quarantined' }).click();
    await expect.poll(() => new URL(page.url()).hash).toBe('#/?repository=npm-prod&state=quarantined&sort=name');
    await page.getByLabel('Sorted by').selectOption('changed');
    await expect.poll(() => new URL(page.url()).hash).toBe('#/?repository=npm-prod&state=quarantined');
    const quarantinedInProd = Array.from({ length: PACKAGES }, (_, i) => i).filter((i) => i % 30 === 0).length;
    await expect.poll(() => place().innerText()).toContain(quarantinedInProd.toLocaleString('en'));
  });

  test('what is typed is one question once typing pauses, and an early answer that comes late changes nothing', async () => {
    await go('#/');
    const questions: string[] = [];
    await page.route('**/v1/packages?*', async (route) => {
      const q = new URL(route.request().url()).searchParams.get('q');
      if (q !== null) questions.push(q);
      // The first question is answered last.
      if (q === 'lod') await new Promise((resolve) => setTimeout(resolve, 1_500));
      await route.continue().catch(() => undefined);
    });
    await box().pressSequentially('lod', { delay: 20 });
    await expect.poll(() => questions).toEqual(['lod']);
    await box().pressSequentially('ash 4.17.21', { delay: 20 });
    await expect.poll(() => purls().allInnerTexts()).toEqual([NAMED[2]]);
    await page.waitForTimeout(1_800);
    expect(await purls().allInnerTexts()).toEqual([NAMED[2]]);
    expect(questions).toEqual(['lod', 'lodash 4.17.21']);
    await page.unroute('**/v1/packages?*');
  });
});

test('what is shown stays, however many other questions are asked meanwhile', async () => {
  await go('#/');
  for (let i = 0; i < 70; i += 1) {
    const asked = page.waitForResponse((response) => response.url().includes(`q=none-${i}`));
    await page.evaluate(`window.location.hash = '#/?q=none-${i}'`);
    await asked;
  }
  await expect.poll(() => page.locator('a.figure').count(), WITHIN).toBeGreaterThanOrEqual(4);
});

test('Back leads to the same page of the same list, as far down as it was left', async () => {
  await go('#/?sort=name');
  await way('Next').click();
  await expect.poll(() => place().innerText()).toMatch(/^101–/);
  const target = purls().nth(70);
  const text = await target.innerText();
  await target.scrollIntoViewIfNeeded();
  await page.waitForTimeout(200);
  const left = await page.evaluate<number>('window.scrollY');
  expect(left).toBeGreaterThan(500);
  await target.click();
  await page.getByRole('heading', { name: 'Decisions' }).waitFor();
  expect(await page.evaluate<number>('window.scrollY')).toBe(0);
  await page.goBack();
  await purls().filter({ hasText: text }).waitFor();
  await expect.poll(() => page.evaluate<number>('window.scrollY')).toBeCloseTo(left, -1);
  await page.reload();
  await purls().filter({ hasText: text }).waitFor();
  await expect.poll(() => page.evaluate<number>('window.scrollY')).toBeCloseTo(left, -1);
});

test('of what was accepted a moment ago the page says that it is being judged, and turns to the verdict by itself', async () => {
  const purl = 'pkg:npm/just-now@1.0.0';
  // Its event is held back from the judges: what they have not read is known to be accepted.
  const being = {
    title: 'Being judged',
    status: 404,
    detail: 'is being judged',
    allowed: false,
    acceptedAt: new Date().toISOString(),
  };
  await page.route(`**/v1/packages/${encodeURIComponent(purl)}?*`, (route) =>
    route.fulfill({
      status: 404,
      headers: { 'retry-after': '1', 'content-type': 'application/problem+json' },
      json: being,
    }),
  );
  await page.goto(`${weir.url}/#/package?purl=${encodeURIComponent(purl)}&repository=npm-dev`);
  await page.getByRole('heading', { name: 'Being judged' }).waitFor();
  await shoot(page, 'being-judged');
  await post(weir.url, '/v1/events', publication('just-now', purl), 'application/cloudevents+json');
  await page.unroute(`**/v1/packages/${encodeURIComponent(purl)}?*`);
  await page.locator('.verdict').waitFor();
  expect(await page.getByRole('heading', { name: 'Being judged' }).count()).toBe(0);
  faults.splice(0);
});

test('an outage is said, and after it the page is live and right again by itself', async () => {
  await go('#/?q=lodash');
  await page.getByText('live', { exact: true }).waitFor();
  await expect.poll(() => purls().count()).toBe(2);
  expect(await weir.end('SIGKILL')).toBe('SIGKILL');
  await page.getByText('Weir does not answer since').waitFor();
  await page.getByText('reconnecting').waitFor();
  expect(await purls().count(), 'what was shown stays').toBe(2);
  await shoot(page, 'outage');
  // Questions that are asked meanwhile are answered when it is back, without a hand.
  await page.locator('a.figure').filter({ hasText: 'quarantined' }).click();
  await page.getByText('Weir does not answer.', { exact: true }).waitFor();
  const port = new URL(weir.url).port;
  weir = await startWeirProcess(data, {}, ['--port', port]);
  await expect.poll(() => purls().allInnerTexts(), { timeout: 40_000 }).toEqual([NAMED[1]]);
  await page.getByText('live', { exact: true }).waitFor();
  expect(await page.getByText('Weir does not answer').count()).toBe(0);
  await post(
    weir.url,
    '/v1/events',
    publication('after', 'pkg:npm/lodash-after@1.0.0', { license: 'GPL-3.0-only' }),
    'application/cloudevents+json',
  );
  await page.getByRole('link', { name: 'pkg:npm/lodash-after@1.0.0' }).waitFor({ timeout: 20_000 });
  faults.splice(0);
});

test('a proxy that answers in its place, and answers that are faults, end in the list as well', async () => {
  await page.route('**/v1/**', (route) =>
    route.fulfill({ status: 502, contentType: 'text/html', body: '<h1>Bad gateway</h1>' }),
  );
  await page.goto('about:blank');
  await page.goto(`${weir.url}/#/`);
  await page.getByText('It is asked again by itself.', { exact: true }).waitFor();
  await page.unroute('**/v1/**');
  await expect
    .poll(
      () =>
        place()
          .innerText()
          .catch(() => ''),
      { timeout: 30_000 },
    )
    .toContain('packages');
  await page.getByText('live', { exact: true }).waitFor({ timeout: 20_000 });
  faults.splice(0);
});

test('nothing stands beyond the window with long lists', async () => {
  for (const width of [390, 768, 1440]) {
    await page.setViewportSize({ width, height: 900 });
    expect(await overflowOf(page), `${width} px`).toEqual([]);
    await shoot(page, `list-${width}`);
  }
  expect(faults).toEqual([]);
});
