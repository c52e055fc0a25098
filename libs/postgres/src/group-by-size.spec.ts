import { expect, test } from 'vitest';
import { groupBySize } from './group-by-size.js';

const group = (...sizes: readonly number[]) => groupBySize(sizes, 10, (size) => size);

test('groups hold as much as fits, in order', () => {
  expect(group(4, 6, 1, 9, 10)).toEqual([[4, 6], [1, 9], [10]]);
});

test('an item larger than the limit goes alone', () => {
  expect(group(3, 50, 2)).toEqual([[3], [50], [2]]);
});

test('empty items are kept, also the first', () => {
  expect(group(0, 0, 10, 0)).toEqual([[0, 0, 10, 0]]);
  expect(group()).toEqual([]);
});
