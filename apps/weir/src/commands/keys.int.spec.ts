import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { KeyView } from '@weir/contracts';
import { eventCatalog } from '@weir/domain';
import { openEventStore } from '@weir/event-store';

import { composeApi, apiConfigurationSchema } from '@weir/api';
import { openEmbeddedTopics } from '@weir/messaging';
import { createLogger, makeKeyText, openKeys, readConfiguration, type FollowedKeys } from '@weir/service';
import type pg from 'pg';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { startTestService } from '../../../../tools/testing/start-service.js';
import { createTestDatabase, type TestDatabase } from '../../../../tools/testing/test-database.js';
import { openTestPool } from '../../../../tools/testing/test-pool.js';
import { migrate } from '../compose/migrate-database.js';
import { runCommandLine } from '../run-command-line.js';

let database: TestDatabase;
let folder: string;
let pool: pg.Pool;
beforeEach(async () => {
  database = await createTestDatabase();
  await migrate(database.ownerUrl);
  pool = openTestPool(database.serviceUrl);
  folder = mkdtempSync(join(tmpdir(), 'weir-keys-'));
});
afterEach(async () => {
  await pool.end();
  await database.drop();
  rmSync(folder, { recursive: true });
});

const run = async (...args: readonly string[]) => {
  const said = { stdout: '', stderr: '' };
  const code = await runCommandLine(['keys', ...args], {
    stdout: (text) => void (said.stdout += text),
    stderr: (text) => void (said.stderr += text),
  });
  return { code, ...said };
};
const onDatabase = (...args: readonly string[]) => run(...args, '--database', database.serviceUrl);
const list = async (): Promise<readonly KeyView[]> =>
  (JSON.parse((await onDatabase('list', '--json')).stdout) as { readonly keys: readonly KeyView[] }).keys;

/** The keys as a service on `host` finds them. */
const opened = async (HOST: string, ALLOW_NO_KEYS = false): Promise<FollowedKeys> => {
  const logger = createLogger('test').child({}, { level: 'silent' });
  const log = openEventStore(pool, eventCatalog);
  return openKeys({ store: { log, pool }, clock: () => new Date(), logger }, { HOST, ALLOW_NO_KEYS, API_KEYS: [] });
};

test('the first key is made on the database, and opens the door that was refused without it', async () => {
  await expect(opened('0.0.0.0')).rejects.toThrow('weir keys create');
  await (await opened('0.0.0.0', true)).close();
  await (await opened('127.0.0.1')).close();
  expect(await onDatabase('list')).toMatchObject({
    code: 0,
    stdout: '',
    stderr: expect.stringContaining('No key was ever made') as string,
  });
  const made = await onDatabase('create', 'ada', '--permissions', 'all');
  expect(made).toMatchObject({ code: 0, stdout: expect.stringMatching(/^weir_[0-9a-f]{12}_[0-9a-f]{64}$/) as string });
  const keys = await opened('0.0.0.0');
  expect(keys.find(made.stdout)).toMatchObject({ name: 'ada', workspaces: null });
  expect(keys.find(`${made.stdout.slice(0, -1)}x`)).toHaveProperty('refused');
  await keys.close();
  expect(await list()).toMatchObject([
    { name: 'ada', createdBy: { name: expect.stringContaining('on the database') as string } },
  ]);
});

test('a job may make it again and again: --if-none makes one', async () => {
  const file = join(folder, 'operator');
  const create = () => onDatabase('create', 'operator', '--permissions', 'all', '--if-none', '--file', file);
  expect(await create()).toMatchObject({ code: 0, stdout: '' });
  expect(statSync(file).mode & 0o777).toBe(0o600);
  const key = readFileSync(file, 'utf8').trim();
  expect(await create()).toMatchObject({ code: 0, stderr: expect.stringContaining('already') as string });
  expect(readFileSync(file, 'utf8').trim()).toBe(key);
  expect(await list()).toHaveLength(1);
  const keys = await opened('0.0.0.0');
  expect(keys.find(key)).toMatchObject({ name: 'operator' });
  await keys.close();
});

test('a key that was made elsewhere is registered from its file', async () => {
  const file = join(folder, 'given');
  const { text, keyId } = makeKeyText();
  writeFileSync(file, `${text}\n`);
  expect(await onDatabase('create', 'given', '--permissions', 'all', '--file', file)).toMatchObject({ code: 0 });
  expect(await list()).toMatchObject([{ keyId, name: 'given' }]);
  writeFileSync(file, 'a password');
  expect(await onDatabase('create', 'other', '--permissions', 'read', '--file', file)).toMatchObject({ code: 2 });
});

test('what is refused leaves no file and says why', async () => {
  const file = join(folder, 'ci');
  const refused = await onDatabase('create', 'ci', '--permissions', 'read', '--file', file);
  expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining('administer') as string });
  expect(existsSync(file)).toBe(false);
  expect(await onDatabase('create', 'ci', '--permissions', 'fly', '--file', file)).toMatchObject({ code: 2 });
  expect(existsSync(file)).toBe(false);
  expect(await onDatabase('revoke', 'nobody')).toMatchObject({ code: 1 });
});

test('keys are listed, rotated and revoked by name, over HTTP as on the database', async () => {
  const ada = (await onDatabase('create', 'ada', '--permissions', 'all')).stdout;
  const store = openEventStore(pool, eventCatalog);
  const config = readConfiguration(apiConfigurationSchema, { DATABASE_URL: database.serviceUrl });
  const topics = await openEmbeddedTopics({
    databaseUrl: database.serviceUrl,
    partitions: 1,
    logger: createLogger('test').child({}, { level: 'silent' }),
  });
  const service = await startTestService(
    'api',
    (ports) => {
      const { addPages: _, ...part } = composeApi({ ...ports, pool, topics, store }, config);
      return part;
    },
    { keyStore: { log: store, pool } },
  );
  const ask = (...args: readonly string[]) => run(...args, '--url', service.url, '--key', ada);
  const ci = (await ask('create', 'ci', '--permissions', 'read', '--workspaces', 'acme,beta')).stdout;
  const reads = async (key: string): Promise<number> =>
    (await fetch(`${service.url}/v1/policy-library`, { headers: { 'x-api-key': key } })).status;
  const until = (key: string, status: number) =>
    vi.waitFor(async () => expect(await reads(key)).toBe(status), { timeout: 5_000 });
  await until(ci, 200);
  expect((await ask('list')).stdout).toContain('acme,beta');
  const rotated = (await ask('rotate', 'ci', '--overlap', '0')).stdout;
  await until(rotated, 200);
  await until(ci, 401);
  expect(await onDatabase('revoke', 'ci')).toMatchObject({ code: 0 });
  await until(rotated, 401);
  expect(await onDatabase('revoke', 'ci')).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('revoked for good') as string,
  });
  expect((await run('list', '--url', service.url)).code).toBe(1);
  await service.close();
  await topics.close();
});
