import { expect, test } from 'vitest';
import { z } from 'zod';
import { deadLetterOf } from './dead-letter.js';

const message = {
  topic: 'packages.enriched.v1',
  partition: 3,
  offset: 7,
  publishedAt: '2026-11-21T00:00:00Z',
  key: 'k',
  headers: { own: 'kept' },
  value: new Uint8Array([1]),
};
const causeOf = (cause: unknown): string | undefined =>
  deadLetterOf(message, cause, new Date('2026-11-22T00:00:00Z')).headers['weir-dead-cause'];

test('a dead letter keeps key, value and headers, and says where it came from', () => {
  expect(deadLetterOf(message, new Error('why'), new Date('2026-11-22T00:00:00Z'))).toEqual({
    topic: 'packages.enriched.v1.dead',
    key: 'k',
    value: message.value,
    headers: {
      own: 'kept',
      'weir-dead-cause': 'Error: why',
      'weir-dead-topic': 'packages.enriched.v1',
      'weir-dead-partition': '3',
      'weir-dead-offset': '7',
      'weir-dead-at': '2026-11-22T00:00:00.000Z',
    },
  });
});

test('a message that its schema refuses names the fields, on one line', () => {
  const refused = z
    .object({ package: z.object({ purl: z.string() }), sequence: z.int() })
    .safeParse({ package: {}, sequence: 'x' });
  expect(causeOf(refused.error)).toBe(
    'ZodError: /package/purl is required: give text; /sequence is text: give a number',
  );
});

test.each([
  [new Error('two\nlines', { cause: new TypeError('below') }), 'Error: two lines (TypeError: below)'],
  ['thrown text\u0000', 'thrown text\ufffd'],
  [new Error('half \ud800'), 'Error: half \ufffd'],
])('any other cause is one line of text that can be stored: %s', (cause, told) => {
  expect(causeOf(cause)).toBe(told);
});

test('a long cause is cut, and what is left is still text', () => {
  expect(causeOf(new Error('x'.repeat(10_000)))).toHaveLength(2_000);
  expect(causeOf(new Error(`${'x'.repeat(1_992)}\u{1f600}`))?.isWellFormed()).toBe(true);
});
