import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Cleanup } from './cleanup.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

export const SERVICE_NAMES = ['ingest', 'enrichment', 'evaluation', 'action', 'api'] as const;
export type ServiceName = (typeof SERVICE_NAMES)[number];

export interface ServiceProcess {
  readonly name: ServiceName;
  readonly url: string;
  readonly processId: number;
  /** Ends it as an operator does; kills it when it does not end. */
  stop(): Promise<void>;
}

export interface ServiceOptions {
  readonly databaseUrl: string;
  /** Without brokers the topics are in PostgreSQL. */
  readonly brokers?: readonly string[];
  readonly cleanup: Cleanup;
  /** For logs and profiles. */
  readonly folder: string;
  /** Writes a .cpuprofile for each of its threads below `folder`/profiles/NAME when it ends. */
  readonly profile?: boolean;
  readonly env?: Readonly<Record<string, string>>;
}

const READY_WITHIN_MS = 60_000;
const END_WITHIN_MS = 20_000;

export const profileFolder = (folder: string, name: ServiceName): string => join(folder, 'profiles', name);

/** As in deploy/container/run.sh. */
const NODE_FLAGS = ['--use-largepages=silent', '--initial-old-space-size=256'];

/** Starts one service as the image does: its own process, with the flags of deploy/container/run.sh, told where the database is. PostgreSQL knows its connections by its name. */
export const startService = async (
  name: ServiceName,
  { databaseUrl, brokers, folder, cleanup, profile = false, env = {} }: ServiceOptions,
): Promise<ServiceProcess> => {
  const log = join(folder, `${name}.log`);
  const output = openSync(log, 'a');
  const options = profile ? { NODE_OPTIONS: `--cpu-prof --cpu-prof-dir=${profileFolder(folder, name)}` } : {};
  if (profile) mkdirSync(profileFolder(folder, name), { recursive: true });
  const child = spawn(process.execPath, [...NODE_FLAGS, join(root, 'apps', name, 'dist', 'main.js')], {
    env: {
      ...process.env,
      DATABASE_URL: databaseUrl,
      PORT: '0',
      LOG_LEVEL: 'info',
      ...(brokers && { KAFKA_BROKERS: brokers.join(',') }),
      ...options,
      ...env,
    },
    stdio: ['ignore', output, output],
  });
  closeSync(output);
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const stop = async (): Promise<void> => {
    child.kill('SIGTERM');
    await Promise.race([ended, sleep(END_WITHIN_MS, undefined, { ref: false })]);
    child.kill('SIGKILL');
    await ended;
  };
  cleanup.add(stop);
  return { name, url: await urlIn(log, () => child.exitCode ?? child.signalCode), processId: child.pid ?? -1, stop };
};

/** Waits until the log says where the service listens and it says that it is ready. */
const urlIn = async (log: string, end: () => number | string | null): Promise<string> => {
  for (const until = Date.now() + READY_WITHIN_MS; Date.now() < until;) {
    const url = /"url":"([^"]+)"/.exec(readFileSync(log, 'utf8'))?.[1];
    if (
      url !== undefined &&
      (await fetch(new URL('/ready', url)).then(
        ({ ok }) => ok,
        () => false,
      ))
    )
      return url;
    if (end() !== null) break;
    await sleep(50);
  }
  throw new Error(`A service did not become ready:\n${readFileSync(log, 'utf8').slice(-3000)}`);
};
