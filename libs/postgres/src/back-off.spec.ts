import { expect, test } from 'vitest';
import { createBackOff } from './back-off.js';
import { Retryable } from './retryable.js';

test('pauses double up to five seconds, each drawn from the upper half of its range, and begin anew after a success', () => {
  const backOff = createBackOff();
  const ceilings = [50, 100, 200, 400, 800, 1_600, 3_200, 5_000, 5_000];
  for (const ceiling of ceilings) {
    const pause = backOff.next(new Error('no'));
    expect(pause).toBeGreaterThanOrEqual(ceiling / 2);
    expect(pause).toBeLessThanOrEqual(ceiling);
  }
  backOff.reset();
  expect(backOff.next(new Error('no'))).toBeLessThanOrEqual(50);
});

test('a fault that asks for more gets it', () => {
  expect(createBackOff().next(new Retryable('later', { retryAfter: 9_000 }))).toBe(9_000);
});
