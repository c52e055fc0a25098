import { expect, test } from 'vitest';
import { storableJson, storableText } from './storable-text.js';

test('a reason keeps all but what no column can hold', () => {
  expect(storableText('a\u0000b\ud800c é 😀')).toBe('a\ufffdb\ufffdc é 😀');
});

test.each([
  [JSON.stringify({ reason: 'a\u0000b' }), JSON.stringify({ reason: 'a\ufffdb' }).replace('\ufffd', '\\ufffd')],
  [JSON.stringify({ path: 'C:\\u0000' }), JSON.stringify({ path: 'C:\\u0000' })],
  [JSON.stringify('\\\u0000'), '"\\\\\\ufffd"'],
  ['{"n":9007199254740993}', '{"n":9007199254740993}'],
])('JSON text %s stays JSON, exact in everything else', (json, stored) => {
  expect(storableJson(json)).toBe(stored);
  expect(() => JSON.parse(storableJson(json)) as unknown).not.toThrow();
});
