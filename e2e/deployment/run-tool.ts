import { spawnSync } from 'node:child_process';
import { repositoryRoot } from '../harness/weir-process.js';

export interface ToolResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a checker to its end, in the repository's folder unless told; with nothing of this environment but where programs and caches are. */
export const runTool = (
  command: string,
  args: readonly string[],
  { cwd = repositoryRoot, env = {} }: { readonly cwd?: string; readonly env?: NodeJS.ProcessEnv } = {},
): ToolResult => {
  const { PATH, HOME, GOPATH, GOFLAGS, GOPROXY, GOSUMDB } = process.env;
  const { status, stdout, stderr, error } = spawnSync(command, args, {
    cwd,
    env: { PATH, HOME, GOPATH, GOFLAGS, GOPROXY, GOSUMDB, ...env },
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  if (error) throw new Error(`${command} cannot be run here`, { cause: error });
  return { code: status ?? -1, stdout, stderr };
};
