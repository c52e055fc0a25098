import { readFileSync } from 'node:fs';

const manifest = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
  readonly version: string;
};

/** The version of Weir that this process runs: its libraries and applications have one together. */
export const VERSION = manifest.version;
