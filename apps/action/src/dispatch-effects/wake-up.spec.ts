import { expect, test } from 'vitest';
import { createWakeUp } from './wake-up.js';

const LONG_MS = 60_000;

test('a loop that waits goes on when it is woken', async () => {
  const wakeUp = createWakeUp();
  const waiting = wakeUp.wait(wakeUp.mark(), LONG_MS, new AbortController().signal);
  wakeUp.wake();
  await waiting;
});

test('what came between looking and waiting is not missed', async () => {
  const wakeUp = createWakeUp();
  const mark = wakeUp.mark();
  wakeUp.wake();
  await wakeUp.wait(mark, LONG_MS, new AbortController().signal);
});

test('a loop goes on when its time has come, or when it is told to stop', async () => {
  const wakeUp = createWakeUp();
  const stop = new AbortController();
  const waiting = wakeUp.wait(wakeUp.mark(), LONG_MS, stop.signal);
  stop.abort();
  await waiting;
  const from = performance.now();
  await wakeUp.wait(wakeUp.mark(), 20, new AbortController().signal);
  expect(performance.now() - from).toBeGreaterThanOrEqual(15);
});
