import { spawn } from 'node:child_process';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { AssembledImage } from '../../tools/deploy/assemble-image.js';
import type { CommandResult } from './weir-process.js';

/** An account without rights, as the image's; root alone can become it. */
const ACCOUNT = process.getuid?.() === 0 ? { uid: 1000, gid: 1000 } : {};

export interface RunningContainer {
  /** Sends the signal and waits for the end; the exit code, or the signal that ended it. */
  readonly end: (signal: NodeJS.Signals) => Promise<number | string>;
  /** Everything it has written to stderr. */
  readonly log: () => string;
}

/** Only what a container has: the image's environment, what it is given, and the Node.js of these tests for the base image's. */
const environmentOf = (image: AssembledImage, given: NodeJS.ProcessEnv): NodeJS.ProcessEnv => ({
  ...image.environment,
  PATH: `${dirname(process.execPath)}:/usr/bin:/bin`,
  ...given,
});

/** Starts the image's entry point, as `docker run IMAGE ARGUMENTS` would. */
export const startContainer = (
  image: AssembledImage,
  args: readonly string[],
  given: NodeJS.ProcessEnv,
): RunningContainer => {
  const child = spawn('/bin/sh', ['container/run.sh', ...args], {
    cwd: join(image.root, image.workingDirectory),
    env: environmentOf(image, given),
    stdio: ['ignore', 'ignore', 'pipe'],
    ...ACCOUNT,
  });
  let errors = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (errors += text));
  const ended = new Promise<number | string>((resolve) =>
    child.once('exit', (code, signal) => resolve(signal ?? code ?? -1)),
  );
  return {
    log: () => errors,
    end: (signal) => {
      child.kill(signal);
      return ended;
    },
  };
};

/** Waits until the service at `url` says that it is ready; else throws with what it wrote. */
export const untilReady = async (url: string, { log }: RunningContainer): Promise<void> => {
  const until = Date.now() + START_DEADLINE_MS;
  while (Date.now() < until) {
    if (await isReady(url)) return;
    await sleep(200);
  }
  throw new Error(`${url} was not ready within ${START_DEADLINE_MS} ms:\n${log()}`);
};

const isReady = (url: string): Promise<boolean> =>
  fetch(`${url}/ready`).then(
    ({ ok }) => ok,
    () => false,
  );

const START_DEADLINE_MS = 120_000;

/** Runs a command in the image to its end. */
export const runInContainer = (
  image: AssembledImage,
  command: readonly [string, ...string[]],
  given: NodeJS.ProcessEnv = {},
): Promise<CommandResult> =>
  new Promise((resolve, reject) => {
    const [program, ...args] = command;
    const child = spawn(program, args, {
      cwd: join(image.root, image.workingDirectory),
      env: environmentOf(image, given),
      stdio: ['ignore', 'pipe', 'pipe'],
      ...ACCOUNT,
    });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    child.once('error', reject).once('exit', (code) => resolve({ code: code ?? -1, stdout, stderr }));
  });
