import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestLog, testEvents, type TestLog } from '../../../../tools/testing/test-log.js';

let log: TestLog;
beforeAll(async () => {
  log = await createTestLog();
  const writer = await log.store.openShard('test/0');
  await writer.append({ events: testEvents(3) });
});
afterAll(() => log.drop());

const REFUSED = [
  'UPDATE log.event SET data = data',
  'DELETE FROM log.event',
  'TRUNCATE log.event',
  'UPDATE log.evidence SET bytes = bytes',
  'DELETE FROM log.evidence',
  'TRUNCATE log.evidence',
  'UPDATE log.evidence_frame SET bytes = bytes',
  'DELETE FROM log.evidence_frame',
  'TRUNCATE log.evidence_frame',
  'DELETE FROM log.shard_head',
  'TRUNCATE log.shard_head',
  'ALTER TABLE log.event DISABLE TRIGGER ALL',
  'DROP TABLE log.event',
  'CREATE TABLE log.other (a int)',
];

test.each(REFUSED)("the services' role may not %s", async (statement) => {
  await expect(log.pool.query(statement)).rejects.toMatchObject({ code: '42501' });
});

test('a role without a grant sees nothing of the log', async () => {
  const stranger = `stranger_${process.pid}_${Date.now()}`;
  const client = await log.owner.connect();
  try {
    await client.query(`BEGIN; CREATE ROLE ${stranger}; SET LOCAL ROLE ${stranger}`);
    await expect(client.query('SELECT 1 FROM log.event')).rejects.toMatchObject({ code: '42501' });
  } finally {
    await client.query('ROLLBACK');
    client.release();
  }
});
