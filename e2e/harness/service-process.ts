import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../../tools/testing/free-port.ts';
import { repositoryRoot } from './weir-process.ts';

export interface ServiceOptions {
  /** Folder of its program below `apps`. */
  readonly app: string;
  /** Among several of one program. */
  readonly name: string;
  readonly env: NodeJS.ProcessEnv;
  /** File that its log is added to. */
  readonly log: string;
}

/** A service as its own process, started again by its supervisor when it ends without being told to. */
export interface ServiceProcess {
  readonly name: string;
  readonly app: string;
  /** Stays the same when it is started again. */
  readonly url: string;
  readonly log: string;
  /** Times it ended by itself. */
  exits(): number;
  /** Starts it and resolves when it says that it is ready, is ended, or `signal` aborts. */
  start(signal?: AbortSignal): Promise<void>;
  /** Resolves when the process is gone; it stays so until `start`. */
  end(signal: NodeJS.Signals): Promise<number | string>;
  /** Sends a signal that does not end it. */
  signal(signal: 'SIGSTOP' | 'SIGCONT'): void;
}

const READY_WITHIN_MS = 120_000;
const START_AGAIN_AFTER_MS = 1_000;

export const createServiceProcess = async ({ app, name, env, log }: ServiceOptions): Promise<ServiceProcess> => {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  let child: ChildProcess | null = null;
  let ended: Promise<number | string> = Promise.resolve(0);
  let isWanted = false;
  let exits = 0;

  const spawnOnce = (): void => {
    const output = openSync(log, 'a');
    const args = ['--disable-warning=TimeoutNegativeWarning', join(repositoryRoot, 'apps', app, 'dist', 'main.js')];
    const one = spawn(process.execPath, args, {
      env: { ...process.env, ...env, PORT: String(port) },
      stdio: ['ignore', 'ignore', output],
    });
    closeSync(output);
    child = one;
    ended = new Promise((resolve) => one.once('exit', (code, signal) => resolve(signal ?? code ?? -1)));
    void ended.then(async () => {
      if (!isWanted || child !== one) return;
      exits += 1;
      await sleep(START_AGAIN_AFTER_MS);
      if (isWanted && child === one) spawnOnce();
    });
  };
  return {
    name,
    app,
    url,
    log,
    exits: () => exits,
    start: async (signal) => {
      isWanted = true;
      spawnOnce();
      await untilReady(name, url, () => isWanted && !(signal?.aborted ?? false));
    },
    end: async (signal) => {
      isWanted = false;
      child?.kill(signal);
      return ended;
    },
    signal: (signal) => void child?.kill(signal),
  };
};

const untilReady = async (name: string, url: string, isWanted: () => boolean): Promise<void> => {
  for (const until = Date.now() + READY_WITHIN_MS; Date.now() < until && isWanted();) {
    const ready = await fetch(new URL('/ready', url), { signal: AbortSignal.timeout(5_000) }).then(
      ({ ok }) => ok,
      () => false,
    );
    if (ready) return;
    await sleep(100);
  }
  if (isWanted()) throw new Error(`${name} was not ready within ${READY_WITHIN_MS / 1000} s`);
};
