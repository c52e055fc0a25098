import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chownSync, existsSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { clearedAtEnd, SERVICE_ROLE, withClient } from '@weir/postgres';
import { accountForPostgres, findPostgresBinaries, type Account, type PostgresBinaries } from './postgres-binaries.js';
import { choosePostgresFolder, postgresFolderOf } from './postgres-folder.js';
import { killWithChildren } from './kill-with-children.js';
import { supervisePostgres, type Supervision } from './supervise-postgres.js';

export interface EmbeddedPostgres {
  /** Owns the schema: runs migrations. */
  readonly ownerUrl: string;
  /** What the services use: no UPDATE or DELETE on the log. */
  readonly serviceUrl: string;
  /** Of the server that runs now. */
  readonly processId: number;
  /** Where its files are: the data folder, or another one when its account may not enter there. */
  readonly folder: string;
  stop(): Promise<void>;
}

export interface EmbeddedPostgresOptions {
  /** Where it listens on loopback; a free port unless told. */
  readonly port?: number;
  /** Another PostgreSQL than that of npm. */
  readonly binaries?: PostgresBinaries;
  /** Starts a server that ended by itself again; left as it is unless told. */
  readonly supervision?: Supervision;
}

const OWNER = 'weir_owner';
const SECRETS = { owner: 'password', service: 'service-password' } as const;
const DATABASE = 'weir';

/**
 * Starts PostgreSQL on a loopback port with its cluster in `dataFolder`, creating it on first use; the server ends
 * with this process. A server that a killed process left behind in the same folder is stopped first.
 */
export const startEmbeddedPostgres = async (
  dataFolder: string,
  options: EmbeddedPostgresOptions = {},
): Promise<EmbeddedPostgres> => {
  const account = accountForPostgres();
  const binaries = options.binaries ?? findPostgresBinaries(account);
  const folder = choosePostgresFolder(dataFolder, account);
  const cluster = join(folder, 'cluster');
  await ensureCluster(binaries, folder, cluster, account);
  const owner = readSecret(folder, 'owner');
  const service = ensureSecret(folder, 'service', account);
  await stopLeftover(cluster);
  const port = options.port ?? (await freePort());
  const log = join(folder, 'postgres.log');
  const launchHere = (): ChildProcess => launch(binaries, cluster, port, account, log);
  const administrator = urlOf(OWNER, owner, port, 'postgres');
  const first = launchHere();
  await waitUntilReady(administrator, first, log);
  await ensureRoleAndDatabase(administrator, service);
  const stop = new AbortController();
  const untilReady = (server: ChildProcess): Promise<void> => waitUntilReady(administrator, server, log, stop.signal);
  const ask = (): Promise<unknown> =>
    withClient({ databaseUrl: administrator, name: 'weir watch' }, (client) => client.query('SELECT 1'));
  const { running } = options.supervision
    ? supervisePostgres(first, { launch: launchHere, untilReady, ask, folder, log }, options.supervision, stop.signal)
    : { running: () => first };
  return {
    ownerUrl: urlOf(OWNER, owner, port, DATABASE),
    serviceUrl: urlOf(SERVICE_ROLE, service, port, DATABASE),
    get processId() {
      return running().pid ?? -1;
    },
    folder,
    stop: () => {
      stop.abort();
      return stopServer(running());
    },
  };
};

const urlOf = (user: string, password: string, port: number | string, database: string): string =>
  `postgres://${user}:${password}@127.0.0.1:${port}/${database}`;

/** The services' URL of the server that is running on `dataFolder`, or null when none is. */
export const runningPostgresUrl = (dataFolder: string): string | null => {
  const folder = postgresFolderOf(dataFolder);
  const file = join(folder, 'cluster', 'postmaster.pid');
  if (!existsSync(file)) return null;
  const [pid, , , port] = readFileSync(file, 'utf8').split('\n');
  if (!isAlive(Number(pid))) return null;
  return urlOf(SERVICE_ROLE, readSecret(folder, 'service'), port ?? '', DATABASE);
};

type Secret = keyof typeof SECRETS;

/** Of a folder that a version before left, whose services logged in by the owner's secret until the next start, that one. */
const readSecret = (folder: string, of: Secret): string => {
  const file = join(folder, SECRETS[of]);
  return readFileSync(existsSync(file) ? file : join(folder, SECRETS.owner), 'utf8').trim();
};

/** Random, and kept where only the account of PostgreSQL reads. */
const ensureSecret = (folder: string, of: Secret, account: Account | null): string => {
  const file = join(folder, SECRETS[of]);
  if (!existsSync(file)) {
    writeFileSync(file, randomBytes(24).toString('hex'), { mode: 0o600 });
    if (account) chownSync(file, account.uid, account.gid);
  }
  return readSecret(folder, of);
};

const ensureCluster = async (
  binaries: PostgresBinaries,
  folder: string,
  cluster: string,
  account: Account | null,
): Promise<void> => {
  if (existsSync(join(cluster, 'PG_VERSION'))) return;
  for (const remains of [cluster, ...Object.values(SECRETS).map((name) => join(folder, name))])
    rmSync(remains, { recursive: true, force: true });
  ensureSecret(folder, 'owner', account);
  const args = [
    '-D',
    cluster,
    '-U',
    OWNER,
    '--locale=C',
    '--encoding=UTF8',
    '--data-checksums',
    '--auth=scram-sha-256',
    `--pwfile=${join(folder, SECRETS.owner)}`,
  ];
  const fault = await runInitdb(binaries.initdb, args, account);
  if (fault === null) return;
  rmSync(cluster, { recursive: true, force: true });
  throw new Error(
    `PostgreSQL could not create its cluster in ${cluster}: ${fault}. Choose another folder with --data, one that other accounts may enter.`,
  );
};

/** What went wrong, or null. Detached: a Ctrl-C is for this process, which decides what becomes of the start. */
const runInitdb = (initdb: string, args: readonly string[], account: Account | null): Promise<string | null> =>
  new Promise((resolve) => {
    const child = spawn(initdb, args, { ...account, cwd: '/', detached: true, stdio: ['ignore', 'ignore', 'pipe'] });
    const ended = new Promise((done) => child.once('close', done));
    const stop = (): void => void child.kill('SIGTERM');
    // Told to end, initdb takes away what it has made.
    const keep = clearedAtEnd({
      now: stop,
      inOrder: () => {
        stop();
        return ended;
      },
    });
    let said = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => (said += text));
    child.once('error', (cause) => (said += cause.message));
    child.once('close', (status) => {
      keep();
      resolve(status === 0 ? null : said.trim());
    });
  });

const stopLeftover = async (cluster: string): Promise<void> => {
  const file = join(cluster, 'postmaster.pid');
  if (!existsSync(file)) return;
  const [pid, directory] = readFileSync(file, 'utf8').split('\n');
  if (directory !== cluster || !isAlive(Number(pid))) return;
  if (!servesCluster(Number(pid), cluster)) {
    // Left by a server that did not end in order; its number was given to somebody else since, and PostgreSQL would wait for them.
    rmSync(file, { force: true });
    return;
  }
  process.kill(Number(pid), 'SIGINT');
  for (let waited = 0; isAlive(Number(pid)) && existsSync(file); waited += 50) {
    if (waited > 30_000)
      throw new Error(`The PostgreSQL server ${pid} of ${cluster} does not stop. End it and start again.`);
    await sleep(50);
  }
};

/** Whether the command line of a process names the cluster; true where nobody can tell. */
const servesCluster = (pid: number, cluster: string): boolean => {
  if (existsSync('/proc/self/cmdline')) return readCommandLine(pid).includes(cluster);
  const { stdout, error } = spawnSync('ps', ['-ww', '-o', 'command=', '-p', String(pid)], { encoding: 'utf8' });
  return error !== undefined || stdout.includes(cluster);
};

/** Empty for a process that ended meanwhile. */
const readCommandLine = (pid: number): string => {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return '';
  }
};

const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });

const launch = (
  binaries: PostgresBinaries,
  cluster: string,
  port: number,
  account: Account | null,
  log: string,
): ChildProcess => {
  const settings = {
    port: String(port),
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    max_connections: '100',
    shared_buffers: '128MB',
    max_wal_size: '1GB',
    wal_compression: 'off',
  };
  const args = ['-D', cluster, ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])];
  const output = openSync(log, 'a');
  // Detached: Ctrl-C reaches the whole terminal group, and the server must outlive the services that use it.
  const server = spawn(binaries.postgres, args, {
    ...account,
    cwd: '/',
    detached: true,
    stdio: ['ignore', output, output],
  });
  const keep = clearedAtEnd({ now: () => void server.kill('SIGINT'), inOrder: () => stopNow(server) });
  server.once('exit', keep);
  return server;
};

/** A server that recovers may take long, so with a signal it is waited for as long as it lives. */
const waitUntilReady = async (url: string, server: ChildProcess, log: string, signal?: AbortSignal): Promise<void> => {
  for (let waited = 0; signal?.aborted === false || waited < 60_000; waited += 50) {
    if (server.exitCode !== null || server.signalCode !== null || signal?.aborted === true) break;
    try {
      await withClient({ databaseUrl: url, name: 'weir start' }, async () => undefined);
      return;
    } catch {
      await sleep(50);
    }
  }
  throw new Error(`PostgreSQL did not start; its log is ${log}.`);
};

/** The secret of the services' login is set at every start: before, it was that of the owner. */
const ensureRoleAndDatabase = async (url: string, password: string): Promise<void> => {
  await withClient({ databaseUrl: url, name: 'weir start' }, async (client) => {
    const role = await client.query('SELECT 1 FROM pg_roles WHERE rolname = $1', [SERVICE_ROLE]);
    if (role.rowCount === 0) await client.query(`CREATE ROLE ${SERVICE_ROLE}`);
    await client.query(`ALTER ROLE ${SERVICE_ROLE} LOGIN PASSWORD ${client.escapeLiteral(password)}`);
    const database = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [DATABASE]);
    if (database.rowCount === 0) await client.query(`CREATE DATABASE ${DATABASE}`);
  });
};

const WAIT_FOR_CLIENTS_MS = 3000;
/** Its last checkpoint included. */
const WAIT_FOR_END_MS = 60_000;

/** Ends connections that are open: a command that was told to end waits for none. */
const stopNow = async (server: ChildProcess): Promise<void> => {
  if (server.exitCode !== null || server.signalCode !== null) return;
  const ended = new Promise<void>((resolve) => server.once('exit', () => resolve()));
  server.kill('SIGINT');
  await ended;
};

/** Lets connections that are being closed come to their end before the server does; ends those that stay. */
const stopServer = async (server: ChildProcess): Promise<void> => {
  if (server.exitCode !== null || server.signalCode !== null) return;
  const ended = new Promise<void>((resolve) => server.once('exit', () => resolve()));
  server.kill('SIGTERM');
  const hurry = setTimeout(() => server.kill('SIGINT'), WAIT_FOR_CLIENTS_MS);
  // What hangs hears no signal but this; its next start recovers.
  const kill = setTimeout(() => {
    if (server.pid !== undefined) killWithChildren(server.pid);
  }, WAIT_FOR_END_MS);
  await ended;
  clearTimeout(hurry);
  clearTimeout(kill);
};
