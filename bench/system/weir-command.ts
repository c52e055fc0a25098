import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const program = fileURLToPath(new URL('../../apps/weir/dist/main.js', import.meta.url));

/** Runs a `weir` command; rejects with what it said when it does not end with 0. */
export const weirCommand = async (...args: readonly string[]): Promise<string> =>
  (await promisify(execFile)(process.execPath, [program, ...args], { encoding: 'utf8' })).stdout;
