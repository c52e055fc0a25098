import { expect, test } from 'vitest';
import { lesserRatios, ratiosByCpu, ratiosByTime, takeTurns, type Turn } from './take-turns.ts';

const turn = (perSecond: number, cpuMicros: number): Turn => ({ perSecond, cpuMicros });

test('the sides take turns, and the first turn of each is not counted', async () => {
  const order: string[] = [];
  const side = (name: string) => async (): Promise<Turn> => turn(order.push(name), 1);
  const { ours, theirs } = await takeTurns(2, side('ours'), side('theirs'));
  expect(order).toEqual(['ours', 'theirs', 'ours', 'theirs', 'ours', 'theirs']);
  expect([ours.map(({ perSecond }) => perSecond), theirs.map(({ perSecond }) => perSecond)]).toEqual([
    [3, 5],
    [4, 6],
  ]);
});

test('more operations a second and less CPU for each are both a ratio over 1, and the one that is worse for us counts', () => {
  const turns = { ours: [turn(3_000, 50), turn(1_000, 10)], theirs: [turn(1_000, 100), turn(500, 100)] };
  expect(ratiosByTime(turns)).toEqual([3, 2]);
  expect(ratiosByCpu(turns)).toEqual([2, 10]);
  expect(lesserRatios(turns)).toEqual([2, 2]);
});
