import { existsSync } from 'node:fs';

/** The Chromium that tests of the console drive; CHROMIUM names another. */
export const chromiumPath = process.env['CHROMIUM'] ?? '/usr/bin/chromium';

/** Whether the console can be tried in a real browser here. In CI always: a browser that is missing there must fail. */
export const canTestBrowser = (): boolean => {
  if (process.env['CI'] !== undefined || existsSync(chromiumPath)) return true;
  process.stderr.write(
    `The tests of the console are left out: there is no ${chromiumPath} (apt-get install chromium, or name one with CHROMIUM).\n`,
  );
  return false;
};
