import { spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../../tools/testing/test-database.js';
import { startEmbeddedPostgres } from './start-embedded-postgres.js';

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
