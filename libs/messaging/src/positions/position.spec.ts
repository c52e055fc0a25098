import { expect, test } from 'vitest';
import { lossOf, type Loss } from './position.js';

const place = { incarnation: 'cluster/a', first: 10, end: 20 };

test.each<[next: number, incarnation: string | null, loss: Loss | null]>([
  [10, 'cluster/a', null],
  [20, 'cluster/a', null],
  [9, 'cluster/a', 'cut'],
  [21, 'cluster/a', 'beyond the end'],
  [15, 'cluster/b', 'another topic'],
  [15, 'other/a', 'another topic'],
  [15, null, null],
  [9, null, 'cut'],
  [21, null, 'beyond the end'],
])('position %i of %s in a topic that holds 10 to 19: %s', (next, incarnation, loss) => {
  expect(lossOf({ next, incarnation }, place)).toBe(loss);
});
