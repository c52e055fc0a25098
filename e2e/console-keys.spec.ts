import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { launchBrowser, openPage, overflowOf, shoot, violationsOn } from './harness/console-browser.js';
import { ask, post, publication } from './harness/http.js';
import { removeFolder, startWeirProcess, temporaryFolder, type RunningWeir } from './harness/weir-process.js';

const data = temporaryFolder();
let weir: RunningWeir;
let browser: Browser;
let page: Page;
let faults: string[];
let policyId: string;
/** Of the first key, which may do everything. */
let ada: string;

const GPL = 'pkg:npm/free-speech@1.0.0';

beforeAll(async () => {
  weir = await startWeirProcess(data);
  ({
    body: { policyId },
  } = await post<{ policyId: string }>(weir.url, '/v1/policies', { template: 'gpl-anywhere' }));
  const events = [publication('one', GPL, { license: 'GPL-3.0-only' })];
  await post(weir.url, '/v1/events', events, 'application/cloudevents-batch+json');
  await ask(weir.url, `/v1/verdict?purl=${encodeURIComponent(GPL)}&wait=30`);
  browser = await launchBrowser();
  ({ page, faults } = await openPage(browser));
});
afterAll(async () => {
  await browser.close();
  await weir.end('SIGTERM');
  removeFolder(data);
});

const as = (key: string) => ({ authorization: `Bearer ${key}` });
const makeKey = async (body: object): Promise<{ readonly key: string; readonly keyId: string }> =>
  (
    await ask<{ key: string; keyId: string }>(weir.url, '/v1/keys', {
      method: 'POST',
      headers: { ...as(ada), 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
  ).body;

const enter = async (on: Page, key: string): Promise<void> => {
  await on.getByLabel('Key', { exact: true }).fill(key);
  await on.getByRole('button', { name: 'Go on' }).click();
};
/** Another tab: nobody's. */
const openTab = async (hash = ''): Promise<Page> => {
  const tab = await browser.newPage();
  await tab.goto(`${weir.url}/${hash}`);
  return tab;
};
const signedInTab = async (key: string, hash = ''): Promise<Page> => {
  const tab = await openTab(hash);
  await enter(tab, key);
  await tab.getByRole('button', { name: 'Sign out' }).waitFor();
  return tab;
};
const live = (on: Page): Promise<void> => on.getByText('live', { exact: true }).waitFor();

const looksRight = async (on: Page, name: string): Promise<void> => {
  for (const [width, colorScheme] of [
    [390, 'dark'],
    [1440, 'light'],
  ] as const) {
    await on.setViewportSize({ width, height: 900 });
    await on.emulateMedia({ colorScheme });
    expect(await overflowOf(on), `${name}, ${width} px`).toEqual([]);
    expect(await violationsOn(on), `${name}, ${width} px, ${colorScheme}`).toEqual([]);
    await shoot(on, `${name}-${width}-${colorScheme}`);
  }
};

test('the first key is made on the page, shown once, and the page goes on with it', async () => {
  await page.goto(`${weir.url}/#/keys`);
  await page.getByRole('heading', { name: 'Nobody needs a key yet' }).waitFor();
  await looksRight(page, 'no-keys');
  await page.getByLabel('Name').fill('pipeline');
  for (const permission of ['administer', 'operate']) await page.getByRole('checkbox', { name: permission }).uncheck();
  await page.getByRole('button', { name: 'Make the key' }).click();
  await page.getByRole('alert').filter({ hasText: 'nobody could make another' }).waitFor();
  await page.getByLabel('Name').fill('ada');
  for (const permission of ['administer', 'operate']) await page.getByRole('checkbox', { name: permission }).check();
  await page.getByRole('button', { name: 'Make the key' }).click();
  await page.getByRole('button', { name: 'Sign out' }).waitFor();
  ada = await page.getByRole('region', { name: 'key' }).innerText();
  expect(ada).toMatch(/^weir_[0-9a-z]+_[0-9a-f]{64}$/);
  await looksRight(page, 'made-key');
  await page.getByRole('button', { name: 'I have it' }).click();
  await page.getByRole('cell', { name: 'in force' }).waitFor();
  expect(await page.content()).not.toContain(ada);
  await live(page);
  expect((await ask(weir.url, '/v1/policies')).status).toBe(401);
});

test('who has no key is asked for one and not shown a broken page; the key lies in this tab alone', async () => {
  const tab = await openTab('#/policies');
  await tab.getByRole('heading', { name: 'Who asks?' }).waitFor();
  expect(await tab.locator('h1').count()).toBe(1);
  await looksRight(tab, 'key-entry');
  await enter(tab, 'ünlike a key');
  await tab.getByRole('alert').filter({ hasText: 'Paste the whole key' }).waitFor();
  await enter(tab, 'weir_aaaa_bbbb');
  await tab.getByRole('alert').filter({ hasText: 'This key is not known here.' }).waitFor();
  await enter(tab, ` ${ada} `);
  await tab.getByRole('heading', { name: 'Policies' }).waitFor();
  await live(tab);
  expect(await tab.evaluate<string[]>('[...Object.values(sessionStorage)]')).toContain(ada);
  expect(
    await tab.evaluate<string>('JSON.stringify({ ...localStorage }) + document.cookie + location.href'),
  ).not.toContain('weir_');
  await tab.reload();
  await tab.getByRole('heading', { name: 'Policies' }).waitFor();
  await tab.getByRole('button', { name: 'Sign out' }).click();
  await tab.getByRole('heading', { name: 'Who asks?' }).waitFor();
  expect(await tab.evaluate<string>('JSON.stringify({ ...sessionStorage })')).not.toContain('weir_');
  await tab.reload();
  await tab.getByRole('heading', { name: 'Who asks?' }).waitFor();
  await tab.close();
});

test('decisions appear by themselves, and documents are had, with a key', async () => {
  const reader = await signedInTab((await makeKey({ name: 'reader', permissions: ['read'] })).key);
  await live(reader);
  const event = publication('two', 'pkg:npm/plain@1.0.0', { license: 'MIT' });
  await ask(weir.url, '/v1/events', {
    method: 'POST',
    headers: { ...as(ada), 'content-type': 'application/cloudevents+json' },
    body: JSON.stringify(event),
  });
  await reader.getByRole('link', { name: 'pkg:npm/plain@1.0.0' }).click({ timeout: 15_000 });
  await reader.getByRole('link', { name: 'The decision and the facts it saw' }).click();
  const download = reader.waitForEvent('download');
  await reader.getByRole('link', { name: 'Exact bytes' }).click();
  expect((await download).suggestedFilename()).toMatch(/^decisions-.*-facts\.json$/);
  await reader.close();
});

test('a key is offered what it may do, and told by name what it may not', async () => {
  const reader = await signedInTab(
    (await makeKey({ name: 'looker', permissions: ['read'] })).key,
    `#/policy/${policyId}`,
  );
  await reader.getByText('Not active.').waitFor();
  expect(await reader.getByRole('button', { name: /Activate|Retire/ }).count()).toBe(0);
  expect(await reader.getByRole('link', { name: 'Keys' }).count()).toBe(0);
  await reader.goto(`${weir.url}/#/keys`);
  await reader.getByText('The key looker lacks the permission administer').waitFor();
  await looksRight(reader, 'forbidden');
  await reader.close();
  const sender = await signedInTab((await makeKey({ name: 'sender', permissions: ['events:send'] })).key);
  await sender.getByText('The key sender lacks the permission read').first().waitFor();
  await sender.getByText('not live').waitFor();
  await sender.close();
});

test('a key of several workspaces is shown one at a time', async () => {
  const { key } = await makeKey({ name: 'two-rooms', permissions: ['read'], workspaces: ['other', 'default'] });
  const tab = await signedInTab(key);
  await tab.getByText('No package has been judged yet').waitFor();
  await tab.getByLabel('Workspace').selectOption('default');
  await tab.getByRole('link', { name: GPL }).waitFor();
  await live(tab);
  await looksRight(tab, 'workspaces');
  await tab.reload();
  await tab.getByRole('link', { name: GPL }).waitFor();
  await tab.close();
});

test('a policy is activated, turned off and retired on its page, each after a question, and the page says by whom', async () => {
  await page.goto(`${weir.url}/#/policy/${policyId}`);
  await page.getByRole('button', { name: 'Activate revision 1' }).click();
  await page.getByRole('button', { name: 'Leave it' }).click();
  await page.getByText('Not active.').waitFor();
  await page.getByRole('button', { name: 'Activate revision 1' }).click();
  await looksRight(page, 'activate');
  await page.getByRole('button', { name: 'Activate', exact: true }).click();
  await page.getByText('Revision 1 is active.').waitFor();
  await page.getByText(/^activated .* by ada$/).waitFor();
  await page.getByRole('table', { name: 'Packages' }).getByRole('link', { name: GPL }).waitFor({ timeout: 15_000 });
  await page.getByRole('button', { name: 'Deactivate' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Deactivate' }).click();
  await page.getByText('Not active.').waitFor();
  await page.getByRole('button', { name: 'Retire' }).click();
  await page.getByRole('button', { name: 'Retire for good' }).click();
  await page.getByText('Retired.').waitFor();
  await page.getByText(/^retired .* by ada$/).waitFor();
  expect(await page.getByRole('button', { name: /Activate|Retire|Deactivate/ }).count()).toBe(0);
});

test('a key is rotated and revoked on the page, and a tab that shows a revoked one is asked for another', async () => {
  const { key } = await makeKey({ name: 'ci', permissions: ['read'] });
  const tab = await signedInTab(key);
  await live(tab);
  await page.goto(`${weir.url}/#/keys`);
  await page.getByRole('button', { name: 'Rotate ci' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Rotate' }).click();
  const rotated = await page.getByRole('region', { name: 'key' }).innerText();
  expect(rotated.split('_')[1]).toBe(key.split('_')[1]);
  for (const text of [key, rotated])
    expect((await ask(weir.url, '/v1/policies', { headers: as(text) })).status).toBe(200);
  await page.getByRole('button', { name: 'Revoke ci' }).click();
  await looksRight(page, 'revoke');
  await page.getByRole('button', { name: 'Revoke for good' }).click();
  await page.getByRole('row').filter({ hasText: 'ci' }).getByText('revoked', { exact: true }).waitFor();
  await tab.getByRole('heading', { name: 'Who asks?' }).waitFor({ timeout: 15_000 });
  await tab.getByText('The key ci was revoked at').waitFor();
  await looksRight(page, 'keys');
  await tab.close();
});

test('no page wrote a fault to the browser console but for what was refused', () => {
  expect(faults.filter((fault) => !/401|400|409|422/.test(fault))).toEqual([]);
});

test('a start that tells the story asks itself with a key of its own, and finds that there is data', async () => {
  await weir.end('SIGTERM');
  weir = await startWeirProcess(data, {}, ['--demo']);
  await expect
    .poll(() => weir.log(), { timeout: 10_000 })
    .toContain('has data already, so the demo is not played again');
});
