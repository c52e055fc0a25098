import { expect, test } from 'vitest';
import { createBell } from './bell.js';

const LONG_MS = 60_000;
const never = new AbortController().signal;

test('who waits goes on when it rings, however many they are', async () => {
  const bell = createBell();
  const waiting = [bell.wait(bell.mark(), never, LONG_MS), bell.wait(bell.mark(), never)];
  expect(bell.waiting()).toBe(2);
  bell.ring();
  expect(await Promise.all(waiting)).toEqual([true, true]);
  expect(bell.waiting()).toBe(0);
});

test('what rang between looking and waiting is not missed', async () => {
  const bell = createBell();
  const mark = bell.mark();
  bell.ring();
  expect(await bell.wait(mark, never, LONG_MS)).toBe(true);
});

test('who waits goes on when its time has come, or when it is told to stop', async () => {
  const bell = createBell();
  const stop = new AbortController();
  const waiting = bell.wait(bell.mark(), stop.signal, LONG_MS);
  stop.abort();
  expect(await waiting).toBe(false);
  expect(await bell.wait(bell.mark(), stop.signal)).toBe(false);
  const from = performance.now();
  expect(await bell.wait(bell.mark(), never, 20)).toBe(false);
  expect(performance.now() - from).toBeGreaterThanOrEqual(15);
});
