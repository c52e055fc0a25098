import { expect, test } from 'vitest';
import { figureOf, pairRatios } from './figure.ts';

test('a figure is the middle and both ends, whatever the order of the measurements', () => {
  expect(figureOf([30, 10, 20], 'events/s')).toEqual({ median: 20, min: 10, max: 30, unit: 'events/s' });
  expect(figureOf([1, 4, 2, 3], 'ratio')).toMatchObject({ median: 2.5, min: 1, max: 4 });
});

test('four digits are told, because more would pretend', () => {
  expect(figureOf([1234.5678], 'us').median).toBe(1235);
  expect(figureOf([0.0123456], 'ratio').median).toBe(0.01235);
});

test('nothing measured is no figure, and neither is a division by nothing', () => {
  expect(() => figureOf([], 's')).toThrow(RangeError);
  expect(() => figureOf([1, Number.NaN], 's')).toThrow(RangeError);
  expect(() => figureOf(pairRatios([1], [0]), 'ratio')).toThrow(RangeError);
});

test('ratios are those of the same turn, so that a disturbance meets both sides', () => {
  expect(pairRatios([10, 40], [5, 10])).toEqual([2, 4]);
  expect(() => pairRatios([1, 2], [1])).toThrow(RangeError);
});
