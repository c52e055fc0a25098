import { fork, type ChildProcess } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { databaseUrlOf, repositoryRoot } from '../../harness/weir-process.ts';
import type { FromHost, HostSettings, ToHost } from './host-messages.ts';

/** What a host is started with. */
export interface HostOptions extends HostSettings {
  readonly workers: number;
  /** Kafka brokers that hold the topics; null keeps them in PostgreSQL. */
  readonly brokers: readonly string[] | null;
  readonly partitions: number;
  readonly deadlineMillis: number;
}

/** A running Weir whose clock is ours. */
export interface Host {
  readonly url: string;
  /** Of the owner of the schema. */
  readonly databaseUrl: string;
  setClock(now: string): Promise<void>;
  /** Resolves when nothing is under way; rejects when that takes longer than `withinMillis`. */
  settled(withinMillis: number): Promise<void>;
  /** What it last had to say, for whoever looks for the cause of something. */
  lastWords(): string;
  kill(): Promise<void>;
  /** Ends its PostgreSQL, and then it. */
  killWithPostgres(): Promise<void>;
  close(): Promise<void>;
}

const LAST_WORDS = 2_000;

const folder = join(repositoryRoot, 'e2e', 'stories', 'host');

const environmentOf = ({
  workers,
  brokers,
  partitions,
  deadlineMillis,
  engine,
  ...settings
}: HostOptions): NodeJS.ProcessEnv => ({
  ...process.env,
  KAFKA_BROKERS: brokers?.join(','),
  PARTITIONS: String(partitions),
  STORY_HOST: JSON.stringify({ ...settings, engine }),
  POLICY_WORKERS: String(workers),
  POLICY_DEADLINE_MS: String(deadlineMillis),
  LOOK_EVERY_MS: '50',
  RETRY_PAUSES: '1s',
  LOG_LEVEL: 'warn',
  ...(engine === 'broken' && { NODE_OPTIONS: `--import=${pathToFileURL(join(folder, 'break-built-in.js')).href}` }),
});

/**
 * Starts Weir in a process of its own on the data folder, with what a killed one left there. When `signal` aborts before
 * it is ready, it ends.
 */
export const startHost = async (options: HostOptions, signal: AbortSignal): Promise<Host> => {
  signal.throwIfAborted();
  const log = join(options.dataDirectory, 'host.log');
  const output = openSync(log, 'a');
  const args = ['--disable-warning=TimeoutNegativeWarning', '--disable-warning=ExperimentalWarning'];
  const env = environmentOf(options);
  const child = fork(join(folder, 'story-host.ts'), { env, execArgv: args, stdio: ['ignore', output, output, 'ipc'] });
  closeSync(output);
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  // It ends by itself then, and its PostgreSQL with it: one that is killed while it starts its PostgreSQL leaves it behind.
  const letGo = (): void => {
    if (child.connected) child.disconnect();
  };
  signal.addEventListener('abort', letGo);
  const url = await readiness(child, log).finally(() => signal.removeEventListener('abort', letGo));
  return handle({ child, url, ended, dataDirectory: options.dataDirectory, log });
};

const readiness = (child: ChildProcess, log: string): Promise<string> =>
  new Promise((resolve, reject) => {
    const ended = (): void =>
      reject(new Error(`The host ended before it was ready:\n${readFileSync(log, 'utf8').slice(-4_000)}`));
    child.once('exit', ended);
    child.once('message', (message: FromHost) => {
      child.off('exit', ended);
      if (message.told === 'ready') resolve(message.url);
      else reject(new Error(message.told === 'failed' ? message.why : 'The host answered before it was asked'));
    });
  });

interface Running {
  readonly child: ChildProcess;
  readonly url: string;
  readonly ended: Promise<void>;
  readonly dataDirectory: string;
  readonly log: string;
}

const handle = ({ child, url, ended, dataDirectory, log }: Running): Host => {
  const ask = asking(child, ended);
  const kill = async (): Promise<void> => {
    child.kill('SIGKILL');
    await ended;
  };
  return {
    url,
    databaseUrl: databaseUrlOf(dataDirectory),
    setClock: (now) => ask((id) => ({ ask: 'clock', id, now }), 10_000),
    settled: (withinMillis) => ask((id) => ({ ask: 'settled', id }), withinMillis),
    lastWords: () => readFileSync(log, 'utf8').slice(-LAST_WORDS),
    kill,
    killWithPostgres: async () => {
      process.kill(
        Number(readFileSync(join(dataDirectory, 'cluster', 'postmaster.pid'), 'utf8').split('\n')[0]),
        'SIGKILL',
      );
      await kill();
    },
    close: async () => {
      await ask((id) => ({ ask: 'close', id }), 60_000).catch(() => undefined);
      await kill();
    },
  };
};

type Ask = (message: (id: number) => ToHost, withinMillis: number) => Promise<void>;

const asking = (child: ChildProcess, ended: Promise<void>): Ask => {
  const waiting = new Map<number, (fault: string | null) => void>();
  let last = 0;
  child.on('message', (message: FromHost) => {
    if (message.told === 'done') waiting.get(message.id)?.(message.fault);
  });
  void ended.then(() => waiting.forEach((done) => done('The host ended')));
  return (message, withinMillis) =>
    new Promise((resolve, reject) => {
      const id = (last += 1);
      const late = setTimeout(() => done(`no answer within ${withinMillis / 1000} s`), withinMillis);
      const done = (fault: string | null): void => {
        clearTimeout(late);
        waiting.delete(id);
        if (fault === null) resolve();
        else reject(new Error(fault));
      };
      waiting.set(id, done);
      child.send(message(id));
    });
};
