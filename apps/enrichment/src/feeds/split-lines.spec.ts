import { expect, test } from 'vitest';
import { splitLines } from './split-lines.js';

const linesOf = async (chunks: readonly string[], limit = 100) => {
  const lines: unknown[] = [];
  for await (const batch of splitLines(
    (async function* () {
      for (const chunk of chunks) yield Buffer.from(chunk);
    })(),
    limit,
  )) {
    lines.push(...batch.map(({ number, bytes, ended }) => [number, bytes?.toString() ?? null, ended]));
  }
  return lines;
};

test('lines are the same however the bytes arrive', async () => {
  const text = 'first\n\nthird\r\nfourth';
  const expected = [
    [1, 'first', true],
    [3, 'third\r', true],
    [4, 'fourth', false],
  ];
  expect(await linesOf([text])).toEqual(expected);
  expect(await linesOf(Array.from(text))).toEqual(expected);
});

test('a line over the limit is told and not kept, and the next one is read', async () => {
  expect(await linesOf(['short\n', 'x'.repeat(60), 'x'.repeat(60), '\nnext\n'])).toEqual([
    [1, 'short', true],
    [2, null, true],
    [3, 'next', true],
  ]);
});

test('a byte order mark is no part of the first line', async () => {
  expect(await linesOf(['\uFEFF{}\n'])).toEqual([[1, '{}', true]]);
});
