import { spawn } from 'node:child_process';
import { rmSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { opaVersion } from './opa-release.js';
import { probeOpa } from './probe-opa.js';

/** How a compiler was to be had: its version, or why not. */
export type Obtained = { readonly version: string } | { readonly failed: string };

export type ObtainOptions = { readonly target: string; readonly onProgress: (line: string) => void };

const source = `github.com/open-policy-agent/opa@v${opaVersion}`;
const longestBuildMillis = 15 * 60_000;

/** Go checks the sources against its public checksum database. */
const install = (folder: string, onProgress: (line: string) => void): Promise<string | undefined> =>
  new Promise((resolve) => {
    const env = { ...process.env, GOBIN: folder };
    const child = spawn('go', ['install', source], {
      env,
      stdio: ['ignore', 'ignore', 'pipe'],
      timeout: longestBuildMillis,
    });
    const endWithProcess = () => {
      child.kill();
      rmSync(folder, { recursive: true, force: true });
    };
    process.once('exit', endWithProcess);
    child.once('spawn', () => onProgress(`Building OPA ${opaVersion} with Go, about five minutes the first time`));
    let last = '';
    child.stderr.on('data', (chunk: Buffer) => {
      last = chunk.toString().trim().split('\n').at(-1) ?? last;
      onProgress(last);
    });
    const done = (failed: string | undefined) => {
      process.off('exit', endWithProcess);
      resolve(failed);
    };
    child.once('error', () => done('Go: not installed'));
    child.once('close', (status) => done(status === 0 ? undefined : `Go: go install ${source} failed: ${last}`));
  });

/** Builds OPA with Go, where Go is, and puts it at the target. About five minutes on two cores. */
export const buildOpaWithGo = async ({ target, onProgress }: ObtainOptions): Promise<Obtained> => {
  await mkdir(dirname(target), { recursive: true });
  const folder = await mkdtemp(join(dirname(target), 'building-'));
  try {
    const failed = await install(folder, onProgress);
    if (failed !== undefined) return { failed };
    await rename(join(folder, basename(target)), target);
    const version = await probeOpa(target);
    return version === undefined ? { failed: 'Go: the OPA it built does not run' } : { version };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
};
