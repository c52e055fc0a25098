import { spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';

export interface RunningProgram {
  readonly url: string;
  /** Ends exactly this process. */
  stop(): Promise<void>;
}

const START_DEADLINE_MS = 120_000;

/** Starts a program that serves HTTP on `port` and waits until `path` answers 200. */
export const startProgram = async (
  command: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  { port, path }: { readonly port: number; readonly path: string },
): Promise<RunningProgram> => {
  const child = spawn(command, args, { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => (output = (output + text).slice(-8000)));
  let end: string | null = null;
  const ended = new Promise<void>((resolve) => {
    const note = (how: string): void => {
      end = how;
      resolve();
    };
    child.once('error', (fault) => note(fault.message)).once('exit', (code, signal) => note(String(signal ?? code)));
  });
  const stop = async (): Promise<void> => {
    child.kill('SIGTERM');
    await Promise.race([ended, sleep(10_000, undefined, { ref: false })]);
    child.kill('SIGKILL');
    await ended;
  };
  const url = `http://127.0.0.1:${port}`;
  const until = Date.now() + START_DEADLINE_MS;
  while (!(await answers(`${url}${path}`))) {
    await sleep(200);
    if (end !== null) throw new Error(`${command} ended (${String(end)}) before it was ready:\n${output}`);
    if (Date.now() > until) {
      await stop();
      throw new Error(`${command} was not ready within ${START_DEADLINE_MS} ms:\n${output}`);
    }
  }
  return { url, stop };
};

const answers = (url: string): Promise<boolean> =>
  fetch(url).then(
    ({ ok }) => ok,
    () => false,
  );
