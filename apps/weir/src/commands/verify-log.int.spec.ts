import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { lastVerification } from '@weir/event-store';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase } from '../../../../tools/testing/test-database.js';
import { createTestLog, testEvents, type TestLog } from '../../../../tools/testing/test-log.js';
import { exitCodeOf } from './exit-code-of.js';
import { verifyLogCommand } from './verify-log.js';

let log: TestLog;
beforeAll(async () => {
  log = await createTestLog();
  await (await log.store.openShard('test/0')).append({ events: testEvents(10) });
});
afterAll(() => log.drop());

const run = async (databaseUrl: string, json: boolean, more: { record?: boolean; metrics?: string } = {}) => {
  const said = { stdout: '', stderr: '' };
  const output = { stdout: (text: string) => (said.stdout += text), stderr: (text: string) => (said.stderr += text) };
  const code = await exitCodeOf({ output, json }, (watched) =>
    verifyLogCommand({ databaseUrl, json, ...more }, watched),
  );
  return { code, ...said };
};

test('a whole log answers 0, as one JSON document or as a sentence', async () => {
  const { code, stdout, stderr } = await run(log.database.serviceUrl, true);
  expect({ code, stderr, answer: JSON.parse(stdout) as unknown }).toEqual({
    code: 0,
    stderr: '',
    answer: { valid: true, shards: 1, events: 10, firstBad: null, damaged: [], damagedPieces: 0 },
  });
  expect(await run(log.database.serviceUrl, false)).toEqual({
    code: 0,
    stdout: 'The log is whole: 10 events in 1 shard.',
    stderr: '',
  });
});

test('what was found is kept where metrics are told from, and in a file for a node exporter', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'weir-verified-'));
  const metrics = join(folder, 'weir.prom');
  const changed = await createTestLog();
  try {
    await (await changed.store.openShard('test/0')).append({ events: testEvents(3) });
    expect((await run(changed.database.serviceUrl, true)).code).toBe(0);
    expect(await lastVerification(changed.pool), 'without being told to').toBeNull();
    for (const [isWhole, events, code] of [
      [true, 3, 0],
      [false, 1, 1],
    ] as const) {
      const before = Date.now();
      expect((await run(changed.database.serviceUrl, true, { record: true, metrics })).code).toBe(code);
      const last = await lastVerification(changed.pool);
      expect(last).toEqual({ isWhole, events, verifiedAt: expect.any(Date) as Date });
      expect(last?.verifiedAt.getTime()).toBeGreaterThanOrEqual(before);
      expect(readFileSync(metrics, 'utf8')).toMatch(
        new RegExp(`^weir_log_whole ${isWhole ? 1 : 0}$[^]*^weir_log_verified_events ${events}$`, 'm'),
      );
      await changed.owner.query(`UPDATE log.event SET data = data || ' ' WHERE position = 1`);
    }
  } finally {
    await changed.drop();
    rmSync(folder, { recursive: true });
  }
});

test('an empty log is said to be empty', async () => {
  const empty = await createTestLog();
  try {
    expect(await run(empty.database.serviceUrl, false)).toEqual({ code: 0, stdout: 'The log is empty.', stderr: '' });
    const { code, stdout } = await run(empty.database.serviceUrl, true);
    expect({ code, ...(JSON.parse(stdout) as object) }).toMatchObject({ code: 0, valid: true, shards: 0, events: 0 });
  } finally {
    await empty.drop();
  }
});

test('a database without a log answers 3 and says what to do, on stderr', async () => {
  const empty = await createTestDatabase();
  const { code, stdout, stderr } = await run(empty.serviceUrl, true);
  expect(code).toBe(3);
  expect(JSON.parse(stdout)).toMatchObject({
    error: { code: 'fault', message: expect.stringContaining('has no decision log') as string },
  });
  expect(stderr).toContain('has no decision log');
  await empty.drop();
});

test('a database that cannot be reached answers 3', async () => {
  expect(await run('postgres://nobody@127.0.0.1:1/none', true)).toMatchObject({
    code: 3,
    stdout: expect.stringContaining('{"error":{"code":"fault","message":"The log could not be verified') as string,
  });
});

test('a changed row answers 1 and names it', async () => {
  await log.owner.query(`UPDATE log.event SET data = '{}' WHERE position = 4`);
  const { code, stdout } = await run(log.database.serviceUrl, true);
  expect(code).toBe(1);
  expect(JSON.parse(stdout)).toMatchObject({
    valid: false,
    firstBad: { shard: 'test/0', position: 4, what: 'the event does not match its hash' },
  });
});
