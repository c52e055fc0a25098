import { describe, expect, test } from 'vitest';
import { retryDelay, type FailedAttempt, type RetrySchedule } from './retry-schedule.js';

const SECOND = 1_000;
const HOUR = 3_600 * SECOND;
const schedule: RetrySchedule = { firstDelay: 5 * SECOND, longestDelay: HOUR, giveUpAfter: 24 * HOUR };
const after = (more: Partial<FailedAttempt>): number | null =>
  retryDelay(schedule, { attempt: 1, elapsed: 0, retryAfter: null, jitter: 0, ...more });

describe('the wait before the next attempt', () => {
  test.each([
    [1, 5],
    [2, 10],
    [3, 20],
    [10, 2_560],
    [11, 3_600],
    [2_000, 3_600],
  ])('after attempt %i is between half of and %i seconds', (attempt, seconds) => {
    expect(after({ attempt, jitter: 0 })).toBe((seconds * SECOND) / 2);
    expect(after({ attempt, jitter: 1 - 2 ** -40 })).toBe(seconds * SECOND);
  });

  test.each([
    ['more than the back-off, also more than the longest delay', 2 * HOUR, 2 * HOUR],
    ['less than the back-off, which is then kept', SECOND, 2.5 * SECOND],
    ['nothing', 0, 2.5 * SECOND],
  ])('when the endpoint asked for %s', (_what, retryAfter, delay) => {
    expect(after({ retryAfter })).toBe(delay);
  });

  test('is none when it would end after the time that the operator set', () => {
    expect(after({ attempt: 30, elapsed: 23.5 * HOUR, jitter: 0 })).toBe(HOUR / 2);
    expect(after({ attempt: 30, elapsed: 23.5 * HOUR + 1 })).toBeNull();
    expect(after({ retryAfter: 25 * HOUR })).toBeNull();
  });

  test('adds up to about 33 attempts in 24 hours', () => {
    let elapsed = 0;
    let attempt = 1;
    for (
      let delay = after({ attempt, elapsed, jitter: 0.999 });
      delay !== null;
      delay = after({ attempt, elapsed, jitter: 0.999 })
    ) {
      elapsed += delay;
      attempt += 1;
    }
    expect(attempt).toBeGreaterThanOrEqual(32);
    expect(attempt).toBeLessThanOrEqual(36);
  });
});
