import { afterAll, beforeAll, expect, test } from 'vitest';
import { seeded } from '../../../tools/testing/seeded.js';
import { createTestLog, type TestLog } from '../../../tools/testing/test-log.js';
import { storableJson, storableText, unstorableIn } from './storable-text.js';

const SEED = 0xfffd;
const PIECES = [
  '\u0000',
  '\ud83d',
  '\ude00',
  '\\',
  'u0000',
  '\\u0000',
  '"',
  '\n',
  'é',
  '😀',
  '\uffff',
  '\ufffd',
  'C:',
  'ud800',
  '\u0001',
];

/** Texts of what is hard to store and to escape, in every order. */
const texts = (count: number): readonly string[] => {
  const random = seeded(SEED);
  const draw = (most: number): number => Math.floor(random() * most);
  return Array.from({ length: count }, () =>
    Array.from({ length: draw(7) }, () => PIECES[draw(PIECES.length)] ?? '').join(''),
  );
};

let log: TestLog;
beforeAll(async () => {
  log = await createTestLog();
});
afterAll(() => log.drop());

/** What PostgreSQL gives back for a value of `type`, null when it refuses the value: the oracle. */
const stored = async (type: 'text' | 'jsonb', value: string): Promise<string | null> => {
  try {
    const { rows } = await log.owner.query<{ value: string }>(`SELECT $1::${type}::text AS value`, [value]);
    return rows[0]?.value ?? null;
  } catch {
    return null;
  }
};

test('what can be stored is what PostgreSQL gives back as it is', async () => {
  for (const text of texts(600))
    expect([text, (await stored('text', text)) === text]).toEqual([text, unstorableIn(text) === null]);
});

test('storable text comes back as it is, and is the text itself where nothing is wrong with it', async () => {
  for (const text of texts(300)) {
    const storable = storableText(text);
    expect(await stored('text', storable)).toBe(storable);
    expect(storableText(storable)).toBe(storable);
    if (unstorableIn(text) === null) expect(storable).toBe(text);
  }
});

test('storable JSON is taken by jsonb and says the same as storable text', async () => {
  for (const text of texts(600)) {
    const json = storableJson(JSON.stringify({ [text]: [text] }));
    const read = JSON.parse((await stored('jsonb', json)) ?? '') as unknown;
    expect(read).toEqual({ [storableText(text)]: [storableText(text)] });
  }
});

test.each([
  ['{"n":9007199254740993}', '{"n":9007199254740993}'],
  [String.raw`{"path":"C:\\u0000"}`, String.raw`{"path":"C:\\u0000"}`],
  [String.raw`"\\\u0000"`, String.raw`"\\\ufffd"`],
  [String.raw`"\uD83D\uDE00 \ud83d \ude00"`, String.raw`"\uD83D\uDE00 \ufffd \ufffd"`],
])('JSON text %s keeps its spelling in everything else', (json, storable) => {
  expect(storableJson(json)).toBe(storable);
});
