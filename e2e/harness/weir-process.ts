import { spawn, type ChildProcess } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
export const program = join(root, 'apps', 'weir', 'dist', 'main.js');
export const repositoryRoot = root;

/** A folder that another account can enter, because PostgreSQL does not run as root. */
export const temporaryFolder = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'weir-e2e-'));
  chmodSync(folder, 0o755);
  return folder;
};

export interface RunningWeir {
  readonly url: string;
  readonly process: ChildProcess;
  readonly data: string;
  /** Everything it has written to stderr. */
  log(): string;
  /** Sends the signal and waits for the end; the exit code, or the signal that ended it. */
  end(signal: NodeJS.Signals): Promise<number | string>;
}

/** Starts `weir up` on a free port and waits until it says where it is. */
export const startWeirProcess = async (
  data: string,
  env: NodeJS.ProcessEnv = {},
  args: readonly string[] = [],
): Promise<RunningWeir> => {
  const child = spawn(process.execPath, [program, 'up', '--json', '--port', '0', '--data', data, ...args], {
    cwd: root,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let errors = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (errors += text));
  const ended = new Promise<number | string>((resolve) =>
    child.once('exit', (code, signal) => resolve(signal ?? code ?? -1)),
  );
  const url = await new Promise<string>((resolve, reject) => {
    let text = '';
    child.stdout.setEncoding('utf8').on('data', (more: string) => {
      text += more;
      if (text.includes('\n')) resolve((JSON.parse(text) as { url: string }).url);
    });
    void ended.then((how) =>
      reject(new Error(`weir up ended with ${how} before it was ready:\n${errors.slice(-4000)}`)),
    );
  });
  return {
    url,
    data,
    process: child,
    log: () => errors,
    end: (signal) => {
      child.kill(signal);
      return ended;
    },
  };
};

export interface CommandResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a `weir` command to its end. */
export const runWeir = (args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<CommandResult> =>
  new Promise((resolve) => {
    const child = spawn(process.execPath, [program, ...args], {
      cwd: root,
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    child.once('exit', (code) => resolve({ code: code ?? -1, stdout, stderr }));
  });

/** Connection to the embedded server of a running system, for a judge that trusts no service. */
export const databaseUrlOf = (data: string): string => embeddedUrl(data, 'weir_owner', 'password');

/** The same as the services connect. */
export const serviceUrlOf = (data: string): string => embeddedUrl(data, 'weir_service', 'service-password');

const embeddedUrl = (data: string, login: string, secret: string): string => {
  const port = readFileSync(join(data, 'cluster', 'postmaster.pid'), 'utf8').split('\n')[3];
  return `postgres://${login}:${readFileSync(join(data, secret), 'utf8').trim()}@127.0.0.1:${port ?? ''}/weir`;
};

/** Ends a PostgreSQL that a killed process left behind, then removes the folder. */
export const removeFolder = (data: string): void => {
  try {
    process.kill(Number(readFileSync(join(data, 'cluster', 'postmaster.pid'), 'utf8').split('\n')[0]), 'SIGQUIT');
  } catch {
    // No server is left.
  }
  rmSync(data, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
};
