import { spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { pino } from 'pino';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../../tools/testing/test-database.js';
import { childrenOf } from './kill-with-children.js';
import { runningPostgresUrl, startEmbeddedPostgres } from './start-embedded-postgres.js';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

test('the embedded server is a real PostgreSQL with durable commits', async () => {
  const client = new pg.Client({ connectionString: database.serviceUrl });
  await client.connect();
  const { rows } = await client.query<{ fsync: string; version: number; who: string }>(
    `SELECT current_setting('fsync') AS fsync, current_setting('server_version_num')::int AS version, current_user AS who`,
  );
  await client.end();
  expect(rows[0]).toMatchObject({ fsync: 'on', who: 'weir_service' });
  expect(rows[0]?.version).toBeGreaterThanOrEqual(180000);
});

const logIn = async (url: string, password: string): Promise<string> => {
  const target = new URL(url);
  target.password = password;
  const client = new pg.Client({ connectionString: target.href });
  return client.connect().then(
    async () => {
      await client.end();
      return 'in';
    },
    (fault: unknown) => (fault as { code?: string }).code ?? '',
  );
};

test('the login of the services has a secret of its own, also in a folder of a version that had one for both', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'weir-secrets-'));
  chmodSync(folder, 0o755);
  const before = await startEmbeddedPostgres(folder);
  const ownerSecret = new URL(before.ownerUrl).password;
  // As versions before left it.
  const owner = new pg.Client({ connectionString: before.ownerUrl });
  await owner.connect();
  await owner.query(`ALTER ROLE weir_service PASSWORD '${ownerSecret}'`);
  await owner.end();
  await before.stop();
  rmSync(join(before.folder, 'service-password'));
  const server = await startEmbeddedPostgres(folder);
  try {
    const secret = new URL(server.serviceUrl).password;
    expect(statSync(join(server.folder, 'service-password')).mode & 0o777).toBe(0o600);
    expect([await logIn(server.serviceUrl, secret), await logIn(server.serviceUrl, ownerSecret)]).toEqual([
      'in',
      '28P01',
    ]);
    expect([await logIn(server.ownerUrl, ownerSecret), await logIn(server.ownerUrl, secret)]).toEqual(['in', '28P01']);
    expect(runningPostgresUrl(folder), 'what commands use beside it').toBe(server.serviceUrl);
  } finally {
    await server.stop();
    rmSync(server.folder, { recursive: true, force: true });
    rmSync(folder, { recursive: true, force: true });
  }
}, 60_000);

test('a file that a killed server left and that names somebody else by now ends nobody, and the server starts', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'weir-stale-'));
  chmodSync(folder, 0o755);
  const bystander = spawn(process.execPath, ['-e', 'setInterval(() => undefined, 1000)'], { stdio: 'ignore' });
  try {
    const first = await startEmbeddedPostgres(folder);
    const cluster = join(first.folder, 'cluster');
    await first.stop();
    writeFileSync(join(cluster, 'postmaster.pid'), `${bystander.pid ?? 0}\n${cluster}\n1\n5432\n`);
    const second = await startEmbeddedPostgres(folder);
    expect({ exit: bystander.exitCode, signal: bystander.signalCode }).toEqual({ exit: null, signal: null });
    await second.stop();
    rmSync(second.folder, { recursive: true, force: true });
  } finally {
    bystander.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  }
}, 60_000);

/** As a device that answers no more leaves it, or a debugger. */
const freeze = (postmaster: number): void => {
  for (const pid of [postmaster, ...childrenOf(postmaster)]) process.kill(pid, 'SIGSTOP');
};

test('a server that runs and does not answer is ended with all its children and started again; told to end, at once and for good', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'weir-frozen-'));
  chmodSync(folder, 0o755);
  const said: string[] = [];
  const logger = pino({}, { write: (line) => void said.push((JSON.parse(line) as { msg: string }).msg) });
  const ending = new AbortController();
  const patience = { questions: 2, answerMillis: 1_500, pauseMillis: 100 };
  const supervision = {
    logger,
    ending: ending.signal,
    patience,
    onGivenUp: (fault: Error) => said.push(fault.message),
  };
  const server = await startEmbeddedPostgres(folder, { supervision });
  try {
    const client = new pg.Client({ connectionString: server.serviceUrl });
    client.on('error', () => undefined);
    await client.connect();
    const first = server.processId;
    freeze(first);
    await expect.poll(() => said.at(-1), { timeout: 60_000 }).toBe('PostgreSQL runs again');
    expect(said.slice(0, 3)).toEqual([
      'PostgreSQL has not answered for 1.5 s',
      'PostgreSQL runs and does not answer: it is ended',
      'PostgreSQL was ended and is started again',
    ]);
    expect(server.processId).not.toBe(first);
    expect(childrenOf(first)).toEqual([]);
    expect(await logIn(server.serviceUrl, new URL(server.serviceUrl).password)).toBe('in');

    freeze(server.processId);
    ending.abort();
    await server.stop();
    expect(isThere(server.processId)).toBe(false);
  } finally {
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  }
});

const isThere = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};
