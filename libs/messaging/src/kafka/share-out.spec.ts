import { expect, test } from 'vitest';
import { shareOut, type Member } from './share-out.js';

const member = (id: string, ...has: readonly number[]): Member => ({ id, has });
const shares = (members: readonly Member[], partitions: number) => Object.fromEntries(shareOut(members, partitions));

test('one member has everything, two have half each, and more than there are partitions have none', () => {
  expect(shares([member('a')], 4)).toEqual({ a: [0, 1, 2, 3] });
  expect(shares([member('a'), member('b')], 4)).toEqual({ a: [0, 1], b: [2, 3] });
  expect(shares([member('a'), member('b'), member('c')], 2)).toEqual({ a: [0], b: [1], c: [] });
});

test('a newcomer takes what the others have too much of, and nothing else moves', () => {
  expect(shares([member('a', 0, 1, 2), member('b', 3, 4, 5), member('c')], 6)).toEqual({
    a: [0, 1],
    b: [3, 4],
    c: [2, 5],
  });
});

test('what a lost member had goes to the others, who keep theirs', () => {
  expect(shares([member('b', 3, 4), member('c', 2, 5)], 6)).toEqual({ b: [0, 3, 4], c: [1, 2, 5] });
});

test('every partition has one owner, whatever members claim', () => {
  for (const has of [
    [0, 1, 2, 3],
    [9, -1, 2],
    [1, 1, 1],
  ]) {
    const all = [...shareOut([member('a', ...has), member('b', ...has), member('c', 0)], 5).values()].flat();
    expect([...all].sort()).toEqual([0, 1, 2, 3, 4]);
  }
});
