import { expect, test } from 'vitest';
import { createHistogram } from './histogram.ts';

test('quantiles are never less than the truth and at most one percent more', () => {
  const histogram = createHistogram();
  for (let millis = 1; millis <= 10_000; millis += 1) histogram.add(millis);
  for (const [q, truth] of [
    [0.5, 5_000],
    [0.99, 9_900],
    [0.999, 9_990],
  ] as const) {
    expect(histogram.quantile(q)).toBeGreaterThanOrEqual(truth);
    expect(histogram.quantile(q)).toBeLessThanOrEqual(truth * 1.01);
  }
  expect(histogram.count()).toBe(10_000);
});

test('the longest duration is kept as it was and bounds every quantile', () => {
  const histogram = createHistogram();
  histogram.add(0);
  histogram.add(123.456);
  expect([histogram.max(), histogram.quantile(1)]).toEqual([123.456, 123.456]);
  expect(histogram.quantile(0.5)).toBeLessThan(0.1);
});

test('an empty histogram has no quantiles and a negative duration is refused', () => {
  expect(() => createHistogram().quantile(0.5)).toThrow(RangeError);
  expect(() => createHistogram().add(-1)).toThrow(RangeError);
});
