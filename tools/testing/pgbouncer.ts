import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from './free-port.js';

export interface PgBouncer {
  /** The same address, by way of the pooler. */
  through(databaseUrl: string): string;
  stop(): Promise<void>;
}

const answers = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });

/** A real PgBouncer in front of the server of `databaseUrls`, for their logins, with nothing set but what it cannot do without. */
export const startPgBouncer = async (
  folder: string,
  databaseUrls: readonly [string, ...string[]],
  mode: 'session' | 'transaction' | 'statement',
): Promise<PgBouncer> => {
  const port = await freePort();
  mkdirSync(folder, { recursive: true });
  chmodSync(folder, 0o755);
  const [file, users] = [join(folder, 'pgbouncer.ini'), join(folder, 'users.txt')];
  const settings = [
    ...['[databases]', `* = host=127.0.0.1 port=${new URL(databaseUrls[0]).port}`, '[pgbouncer]'],
    ...['listen_addr = 127.0.0.1', `listen_port = ${port}`, 'unix_socket_dir =', `pool_mode = ${mode}`],
    ...['auth_type = plain', `auth_file = ${users}`, 'default_pool_size = 60', 'max_client_conn = 200'],
  ];
  writeFileSync(file, `${settings.join('\n')}\n`);
  const logins = databaseUrls.map((one) => new URL(one));
  writeFileSync(users, logins.map(({ username, password }) => `"${username}" "${password}"\n`).join(''));
  const stop = await launch(file, port);
  return {
    through: (databaseUrl) => {
      const url = new URL(databaseUrl);
      url.port = String(port);
      return url.href;
    },
    stop,
  };
};

const launch = async (file: string, port: number): Promise<() => Promise<void>> => {
  // It refuses to be root.
  const account = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};
  const child = spawn('pgbouncer', ['-q', file], { ...account, stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said += text));
  for (let tries = 0; !(await answers(port)); tries += 1) {
    if (tries > 200 || child.exitCode !== null) throw new Error(`PgBouncer does not listen on ${port}: ${said}`);
    await sleep(50);
  }
  return async () => {
    if (child.exitCode !== null) return;
    const ended = once(child, 'exit');
    child.kill('SIGTERM');
    await ended;
  };
};
