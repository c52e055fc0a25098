import { execFileSync, spawn } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Cleanup } from '../system/cleanup.ts';
import { freePort } from '../../tools/testing/free-port.ts';

export interface OpaServer {
  readonly url: string;
  readonly processId: number;
}

export interface OpaServerOptions {
  readonly opa: string;
  readonly policy: string;
  readonly folder: string;
  readonly cleanup: Cleanup;
  /** Where it sends its decision log, in batches; none is written unless given. */
  readonly decisionLog?: string;
}

/** The opa of the path, or the one that Go built; null when there is none. */
export const findOpaBinary = (): string | null => {
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), join(goPath(), 'bin')];
  return folders.map((folder) => join(folder, 'opa')).find((file) => existsSync(file)) ?? null;
};

const goPath = (): string => {
  try {
    return execFileSync('go', ['env', 'GOPATH'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
  } catch {
    return '';
  }
};

const READY_WITHIN_MS = 30_000;

/** `opa run --server` with one policy, quiet, and with its defaults otherwise. */
export const startOpaServer = async ({
  opa,
  policy,
  folder,
  cleanup,
  decisionLog,
}: OpaServerOptions): Promise<OpaServer> => {
  const url = `http://127.0.0.1:${await freePort()}`;
  const configuration = join(folder, 'opa.json');
  writeFileSync(configuration, JSON.stringify(decisionLog === undefined ? {} : logTo(decisionLog)));
  const child = spawn(
    opa,
    [
      'run',
      '--server',
      '--addr',
      new URL(url).host,
      '--log-level',
      'error',
      '--disable-telemetry',
      '--config-file',
      configuration,
      policy,
    ],
    { stdio: 'ignore' },
  );
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()).once('error', () => resolve()));
  const stop = async (): Promise<void> => {
    child.kill('SIGTERM');
    await ended;
  };
  cleanup.add(stop);
  for (const until = Date.now() + READY_WITHIN_MS; Date.now() < until && child.exitCode === null;) {
    if (
      await fetch(`${url}/health`).then(
        ({ ok }) => ok,
        () => false,
      )
    )
      return { url, processId: child.pid ?? -1 };
    await sleep(50);
  }
  throw new Error(`${opa} run --server did not become ready.`);
};

const logTo = (url: string): unknown => ({
  services: { receiver: { url } },
  decision_logs: { service: 'receiver', reporting: { min_delay_seconds: 1, max_delay_seconds: 2 } },
});
