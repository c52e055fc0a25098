import { mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { chromium, type Browser, type Page } from 'playwright-core';
import { chromiumPath } from '../../tools/testing/browser-for-tests.ts';

/** A page shows its rows some time after it is there. */
export const WITHIN = { timeout: 15_000 };

/** Pictures of what the tests see are kept in this folder when it is set. */
const pictures = process.env['WEIR_SCREENSHOTS'];

export const launchBrowser = (): Promise<Browser> =>
  chromium.launch({
    executablePath: chromiumPath,
    args: [
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });

/** A page whose faults are kept: what it threw, and what it wrote to the browser's console as an error. */
export const openPage = async (browser: Browser): Promise<{ readonly page: Page; readonly faults: string[] }> => {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, timezoneId: 'Asia/Kolkata' });
  const page = await context.newPage();
  const faults: string[] = [];
  page.on('pageerror', (fault) => faults.push(fault.message));
  page.on('console', (message) => {
    if (message.type() === 'error') faults.push(`${message.text()} (${message.location().url})`);
  });
  return { page, faults };
};

export const shoot = async (page: Page, name: string): Promise<void> => {
  if (!pictures) return;
  mkdirSync(pictures, { recursive: true });
  await page.screenshot({ path: join(pictures, `${name}.png`) });
};

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** What axe finds against WCAG 2.2 and its own best practices, as rule and place. */
export const violationsOn = async (page: Page): Promise<readonly string[]> => {
  // Not as a script tag, which the page's own policy refuses.
  await page.evaluate(`if (!window.axe) { ${axe} }`);
  return page.evaluate<string[]>(`axe.run(document, { resultTypes: ['violations'] }).then(({ violations }) =>
    violations.flatMap(({ id, nodes }) => nodes.map(({ target }) => id + ' ' + target.join(' '))))`);
};

/** By how many pixels the page is wider than its window, and what stands out. */
export const overflowOf = (page: Page): Promise<readonly string[]> =>
  page.evaluate<string[]>(`(() => {
    const root = document.documentElement;
    const beyond = root.scrollWidth - root.clientWidth;
    if (beyond <= 0) return [];
    return [beyond + ' px', ...[...document.querySelectorAll('body *')]
      .filter((one) => one.getBoundingClientRect().right > root.clientWidth + 0.5).slice(0, 3)
      .map((one) => one.tagName + '.' + one.className + ' ' + (one.textContent ?? '').slice(0, 40))];
  })()`);
