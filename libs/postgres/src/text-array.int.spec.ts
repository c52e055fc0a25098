import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestLog, type TestLog } from '../../../tools/testing/test-log.js';
import { textArray } from './text-array.js';

let log: TestLog;
beforeAll(async () => {
  log = await createTestLog();
});
afterAll(() => log.drop());

const returned = async (texts: readonly (string | null)[], cast = ''): Promise<unknown> =>
  (await log.pool.query<{ back: unknown }>(`SELECT $1::text[]${cast} AS back`, [textArray(texts)])).rows[0]?.back;

test('texts come to PostgreSQL as they are, nulls among them and none at all', async () => {
  const texts = [
    '',
    'plain',
    '{"a":"b\\"c","d":[1,null]}',
    'NULL',
    "o'clock",
    '{,}',
    'ünïcode 🧪',
    '\n\t\\',
    null,
    'x'.repeat(100_000),
  ];
  expect(await returned(texts)).toEqual(texts);
  expect(await returned([null])).toEqual([null]);
  expect(await returned([])).toEqual([]);
});

test('other types come from them by a cast', async () => {
  expect(await returned(['9007199254740993', null], '::bigint[]')).toEqual(['9007199254740993', null]);
  expect(await returned(['2026-08-02T10:20:30.123Z'], '::timestamptz[]')).toEqual([
    new Date('2026-08-02T10:20:30.123Z'),
  ]);
  expect(await returned(['true', 'false'], '::boolean[]')).toEqual([true, false]);
});
