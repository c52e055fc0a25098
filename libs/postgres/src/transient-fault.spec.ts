import { expect, test } from 'vitest';
import { Retryable } from './retryable.js';
import { isTransient } from './transient-fault.js';

const withCode = (code: string) => Object.assign(new Error('x'), { code });

test.each([
  '57P01',
  '57014',
  '25P03',
  '25P04',
  '55P03',
  '08006',
  '40P01',
  '53300',
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
])('%s can be tried again', (code) => {
  expect(isTransient(withCode(code))).toBe(true);
});

test.each(['23505', '42P01', '22P02', 'ENOENT'])('%s cannot be cured by trying again', (code) => {
  expect(isTransient(withCode(code))).toBe(false);
});

test('a Retryable can, whatever it is about; anything else cannot', () => {
  expect(isTransient(new Retryable('later'))).toBe(true);
  expect(isTransient(new Error('Connection terminated unexpectedly'))).toBe(true);
  expect(isTransient(new Error('no'))).toBe(false);
  expect(isTransient('Connection terminated')).toBe(false);
});
