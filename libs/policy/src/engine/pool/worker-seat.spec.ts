import { once } from 'node:events';
import { expect, test } from 'vitest';
import { leaveSeat, newSeat } from './worker-seat.js';

const endedByItself = 0;

test('a worker without work ends by itself and is not ended', async () => {
  const seat = newSeat(32);
  await once(seat.worker, 'online');
  const exitCode = new Promise<number>((resolve) => seat.worker.once('exit', resolve));
  await leaveSeat(seat);
  expect(await exitCode).toBe(endedByItself);
});
