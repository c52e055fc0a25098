import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestLog, type TestLog } from '../../../tools/testing/test-log.js';
import { copyInto, type CopiedColumn } from './copy-into.js';

interface Row {
  readonly id: number;
  readonly name: string | null;
  readonly at: string | null;
  readonly open: boolean | null;
  readonly document: string | null;
  readonly tags: readonly string[] | null;
}

const columns: readonly CopiedColumn<Row>[] = [
  { name: 'id', type: 'bigint', of: ({ id }) => id },
  { name: 'name', type: 'text', of: ({ name }) => name },
  { name: 'at', type: 'timestamptz', of: ({ at }) => at },
  { name: 'open', type: 'boolean', of: ({ open }) => open },
  { name: 'document', type: 'jsonb', of: ({ document }) => document },
  { name: 'tags', type: 'texts', of: ({ tags }) => tags },
];

let log: TestLog;
beforeAll(async () => {
  log = await createTestLog();
  await log.owner.query(
    'CREATE SCHEMA copied; CREATE TABLE copied.row (id bigint PRIMARY KEY, name text, at timestamptz, open boolean, document jsonb, tags text[])',
  );
});
afterAll(() => log.drop());

const copy = async (rows: readonly Row[]): Promise<void> => {
  const client = await log.owner.connect();
  try {
    await copyInto(client, 'copied.row', columns, rows);
  } finally {
    client.release();
  }
};
const stored = async (): Promise<readonly unknown[]> =>
  (
    await log.owner.query<Row>(
      `SELECT id::float8, name, to_json(at AT TIME ZONE 'UTC') AS at, open, document::text, tags FROM copied.row ORDER BY id`,
    )
  ).rows;

test('values of every type come to rest as they are, and nothing as NULL', async () => {
  await copy([
    {
      id: Number.MAX_SAFE_INTEGER,
      name: 'ä€😀\\"\n',
      at: '2026-11-28T04:05:06.789Z',
      open: true,
      document: '{"a": ["é"]}',
      tags: ['a"b', 'ü', ''],
    },
    { id: -1, name: '', at: '1969-12-31T23:59:59.001Z', open: false, document: '[]', tags: [] },
    { id: 0, name: null, at: null, open: null, document: null, tags: null },
  ]);
  expect(await stored()).toEqual([
    { id: -1, name: '', at: '1969-12-31T23:59:59.001', open: false, document: '[]', tags: [] },
    { id: 0, name: null, at: null, open: null, document: null, tags: null },
    {
      id: Number.MAX_SAFE_INTEGER,
      name: 'ä€😀\\"\n',
      at: '2026-11-28T04:05:06.789',
      open: true,
      document: '{"a": ["é"]}',
      tags: ['a"b', 'ü', ''],
    },
  ]);
});

test('many rows go in at once, and no row at all is nothing to do', async () => {
  await copy([]);
  await copy(
    Array.from({ length: 2_000 }, (_, i) => ({
      id: 1_000 + i,
      name: 'x'.repeat(i % 300),
      at: null,
      open: null,
      document: null,
      tags: null,
    })),
  );
  expect(await stored()).toHaveLength(2_003);
});

test('a key that is taken is a unique violation, and none of the rows is there', async () => {
  const row = { name: null, at: null, open: null, document: null, tags: null };
  await expect(
    copy([
      { id: 500, ...row },
      { id: 1_000, ...row },
    ]),
  ).rejects.toMatchObject({ code: '23505' });
  expect((await stored()).map((one) => (one as Row).id)).not.toContain(500);
});
