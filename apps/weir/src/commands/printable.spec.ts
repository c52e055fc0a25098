import { expect, test } from 'vitest';
import { printable, printableField } from './printable.js';

const OBEYED = /(?![\n\t])\p{Cc}|[\u2028\u2029]|\p{Bidi_Control}/u;
const characters = Array.from({ length: 0x10000 }, (_, code) => String.fromCharCode(code));
const everyCharacter = characters.join('');

test('no control or format character of a direction is left, and all else stays as it is', () => {
  expect(OBEYED.test(printable(everyCharacter))).toBe(false);
  expect(characters.filter((one) => printable(one) !== one && !OBEYED.test(one))).toEqual([]);
  expect(printable('Zażółć gęślą\t日本語 👩‍💻\n')).toBe('Zażółć gęślą\t日本語 👩‍💻\n');
  expect(printable('a\u001b[2J\u0007\u009b31m\u202eb')).toBe('a\\u001b[2J\\u0007\\u009b31m\\u202eb');
  expect(printableField('one\ntwo\tthree')).toBe('one\\u000atwo\\u0009three');
});

test('a document means the same', () => {
  const document = { [everyCharacter]: [everyCharacter, 1] };
  expect(JSON.stringify(JSON.parse(printable(JSON.stringify(document)))) === JSON.stringify(document)).toBe(true);
});
