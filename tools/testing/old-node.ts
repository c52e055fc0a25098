import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** Where `.ci/run` puts a Node.js that is too old. */
export const OLD_NODE = join(
  process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'),
  'weir/node-20/node_modules',
  `node-${process.platform}-${process.arch}`,
  'bin/node',
);

/** Always in CI, so that what is missing there is a failure. Says so when it is left out. */
export const canTestOldNode = (): boolean => {
  if (existsSync(OLD_NODE) || process.env['CI'] !== undefined) return true;
  process.stderr.write(`An old Node.js is left out: there is none at ${OLD_NODE}; .ci/run says how it gets there.\n`);
  return false;
};
