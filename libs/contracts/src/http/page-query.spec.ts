import { expect, test } from 'vitest';
import { queryInstant } from './page-query.js';

test.each([
  '',
  ' ',
  'x',
  '0',
  '2026',
  '2026-13-01T00:00:00Z',
  '2026-02-30T00:00:00Z',
  '0000-01-01T00:00:00Z',
  '9999-12-31T23:59:59-14:00',
  '+275760-09-13T00:00:00Z',
  '275761-01-01T00:00:00Z',
  '\u0000',
  '2026-01-01T25:00:00Z',
])('%j as an instant is refused, and is no fault', (text) => {
  expect(queryInstant.safeParse(text).success).toBe(false);
});

test('an instant with an offset is compared in UTC', () => {
  expect(queryInstant.parse('2026-08-02T02:00:00+02:00')).toBe('2026-08-02T00:00:00.000Z');
});
