import { expect, test } from 'vitest';
import { readAnswer } from './read-answer.js';

const now = new Date('2026-08-02T09:00:00.000Z');
const kindOf = (status: number) => readAnswer({ status, retryAfter: undefined }, now).kind;

test.each([200, 201, 202, 204, 299])('%i is taken', (status) => expect(kindOf(status)).toBe('taken'));
test.each([301, 302, 304, 307, 308, 400, 401, 403, 404, 405, 409, 410, 413, 422])('%i is a "no" for good', (status) =>
  expect(kindOf(status)).toBe('rejected'),
);
test.each([408, 425, 429, 500, 502, 503, 504, 599])('%i is tried again', (status) =>
  expect(kindOf(status)).toBe('failed'),
);

test.each([
  [429, '120', 120_000],
  [503, '0', 0],
  [503, 'Sun, 02 Aug 2026 09:01:00 GMT', 60_000],
  [503, 'Sun, 02 Aug 2026 08:00:00 GMT', 0],
  [503, undefined, null],
  [503, 'soon', null],
  [503, '-5', null],
  [503, '99999999999', null],
  [500, '120', null],
] as const)('%i with Retry-After %s waits at least %s ms', (status, retryAfter, expected) => {
  expect(readAnswer({ status, retryAfter }, now)).toMatchObject({ kind: 'failed', retryAfter: expected });
});
