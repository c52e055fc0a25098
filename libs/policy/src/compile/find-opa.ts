import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { downloadOpa } from './download-opa.js';
import { buildOpaWithGo } from './build-opa-with-go.js';
import { OpaUnavailable } from './opa-compiler.js';
import type { OpaCompiler, OpaOrigin } from './opa-compiler.js';
import { opaVersion } from './opa-release.js';
import { probeOpa } from './probe-opa.js';

export type FindOpaOptions = {
  /** Where a built or fetched compiler is kept. */
  readonly cacheDirectory: string;
  /** Told what is going on while the compiler is built (minutes) or fetched. */
  readonly onProgress?: (line: string) => void;
  /** False: neither build nor fetch, use only what is there. */
  readonly download?: boolean;
};

const executable = process.platform === 'win32' ? 'opa.exe' : 'opa';

const pathCandidates = (): readonly string[] => {
  const folders = (process.env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
  return [...folders, join(process.env['GOPATH'] ?? join(homedir(), 'go'), 'bin')].map((folder) =>
    join(folder, executable),
  );
};

const firstThatRuns = async (paths: readonly string[], origin: OpaOrigin): Promise<OpaCompiler | undefined> => {
  for (const path of paths) {
    const version = await probeOpa(path);
    if (version !== undefined) return { path, version, origin };
  }
  return undefined;
};

/** `OPA_PATH` is an order, not a hint: when it does not work nothing else is tried. */
const fromEnvironment = async (path: string): Promise<OpaCompiler> => {
  const found = await firstThatRuns([path], 'environment');
  if (found !== undefined) return found;
  throw new OpaUnavailable(`OPA_PATH is "${path}", which does not run: name an OPA binary there, or unset it`);
};

const obtain = async (
  { cacheDirectory, onProgress }: FindOpaOptions,
  tried: string[],
): Promise<OpaCompiler | undefined> => {
  const target = join(cacheDirectory, executable);
  const report = onProgress ?? (() => undefined);
  for (const [origin, get] of [
    ['go', buildOpaWithGo],
    ['download', downloadOpa],
  ] as const) {
    const outcome = await get({ target, onProgress: report });
    if ('failed' in outcome) tried.push(outcome.failed);
    else return { path: target, version: outcome.version, origin };
  }
  return undefined;
};

const cure =
  `To save policies of your own, install OPA ${opaVersion} and put it on PATH, or name it in OPA_PATH. ` +
  'Policies that are compiled already run without it.';

/**
 * Finds the OPA binary: `OPA_PATH`, PATH (and Go's bin folder), the cache, then built by Go into the cache, then the
 * official release by its checksum. Throws `OpaUnavailable` with all that was tried.
 */
export const findOpa = async (options: FindOpaOptions): Promise<OpaCompiler> => {
  const named = process.env['OPA_PATH'];
  if (named !== undefined && named !== '') return fromEnvironment(named);
  const found =
    (await firstThatRuns(pathCandidates(), 'path')) ??
    (await firstThatRuns([join(options.cacheDirectory, executable)], 'cache'));
  if (found !== undefined) return found;
  const tried = ['OPA_PATH: not set', 'PATH: no opa that runs', `cache: no opa in ${options.cacheDirectory}`];
  const obtained = options.download === false ? undefined : await obtain(options, tried);
  if (obtained !== undefined) return obtained;
  throw new OpaUnavailable(`OPA, the policy compiler, is not here. Tried ${tried.join('; ')}. ${cure}`);
};
