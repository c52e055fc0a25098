import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);
const longestProbeMillis = 20_000;

/** The version an OPA binary tells, undefined when there is none at the path or it does not run. */
export const probeOpa = async (path: string): Promise<string | undefined> => {
  try {
    const { stdout } = await run(path, ['version'], { timeout: longestProbeMillis });
    return /^Version: (\S+)/m.exec(stdout)?.[1];
  } catch {
    return undefined;
  }
};
