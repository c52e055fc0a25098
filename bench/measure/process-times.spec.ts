import { expect, test } from 'vitest';
import { parseStat } from './process-times.ts';

test('CPU time is read behind a process name with spaces and parentheses', () => {
  const line = '4242 (postgres: (x) w) S 17 4242 4242 0 -1 4194304 1 2 3 4 250 50 7 3 20 0 1 0 12345 1 2';
  expect(parseStat(line)).toEqual({ pid: 4242, parent: 17, own: 3_000_000, reaped: 100_000 });
});
