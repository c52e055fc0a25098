import type { PolicyResult } from '@weir/domain';
import type { Timing } from '@weir/policy';
import { describe, expect, test } from 'vitest';
import { answer, failure } from '../../../../tools/testing/judgement-commands.js';
import { deadlineOf, type Deadline } from './deadline-of.js';

const NOW = '2026-08-02T09:00:00.000Z';
const A_DAY_LATER = '2026-08-03T09:00:00.000Z';
interface Case {
  readonly timing?: Timing;
  readonly results?: readonly PolicyResult[];
  readonly failures?: number;
  readonly key?: string;
}

const deadline = ({ timing = 'timeless', results = [answer(true)], failures = 1, key = 'p' }: Case): Deadline =>
  deadlineOf({
    key,
    decidedAt: NOW,
    answers: { results, timing },
    memory: { epss: { match: null, failures } },
  });
const secondsUntil = (instant: string | null): number =>
  instant === null ? Infinity : (Date.parse(instant) - Date.parse(NOW)) / 1000;

describe('a judgement is looked at again', () => {
  test('never, when no answer asked the clock and none failed', () => {
    expect(deadline({})).toEqual({ deadline: null, retryAt: null, isMoving: false });
  });

  test('a day later, when the answers were the same there', () => {
    expect(deadline({ timing: 'steady' })).toEqual({ deadline: A_DAY_LATER, retryAt: null, isMoving: false });
  });

  test('at once, to find the moment, when an answer changes within a day', () => {
    expect(deadline({ timing: 'moving' })).toEqual({ deadline: NOW, retryAt: null, isMoving: true });
  });

  test('soon, when a policy failed, and later each time, brought forward by up to a fifth', () => {
    const pauses = [1, 2, 3].map((failures) => secondsUntil(deadline({ results: [failure()], failures }).deadline));
    pauses.forEach((pause, index) => {
      expect(pause).toBeGreaterThanOrEqual(4 * 2 ** index);
      expect(pause).toBeLessThanOrEqual(5 * 2 ** index);
    });
  });

  test("at the retry or at the day's end, whichever is first", () => {
    const [soon, late] = [
      deadline({ results: [failure()], timing: 'steady' }),
      deadline({ results: [failure({ error: { code: 'conflict', message: '' } })], timing: 'steady', failures: 30 }),
    ];
    expect(soon.deadline).toBe(soon.retryAt);
    expect(late.deadline).toBe(late.retryAt);
    expect(secondsUntil(late.deadline)).toBeLessThanOrEqual(24 * 60 * 60);
  });

  test("at once, when one failed and another's answer moves; the retry is kept", () => {
    const both = deadline({ results: [failure({ policyId: 'epss' })], timing: 'moving' });
    expect(both).toMatchObject({ deadline: NOW, isMoving: true });
    expect(secondsUntil(both.retryAt)).toBeLessThanOrEqual(5);
  });
});

test('what failed together does not come back together, and one package always at the same moment', () => {
  const at = (key: string) => deadline({ results: [failure()], failures: 20, key }).deadline;
  const keys = Array.from({ length: 1_000 }, (_, number) => `default/npm-dev/pkg:npm/package-${number}@1.0.0`);
  const seconds = keys.map((key) => Math.floor(secondsUntil(at(key))));
  expect(Math.min(...seconds)).toBeGreaterThanOrEqual(240);
  expect(Math.max(...seconds)).toBeLessThanOrEqual(300);
  expect(new Set(seconds).size).toBeGreaterThan(50);
  expect(keys.map(at)).toEqual(keys.map(at));
});
