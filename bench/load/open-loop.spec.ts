import { expect, test } from 'vitest';
import { runOpenLoop } from './open-loop.ts';
import { toBatches } from './send-events.ts';

const series = () => {
  let number = 0;
  return () => ({ id: `e-${number++}` });
};

test('events are sent at their times though none before was answered, and latency counts from those times', async () => {
  const waiting: (() => void)[] = [];
  const send = () => new Promise<void>((resolve) => waiting.push(resolve));
  const { intendedAt, acceptedAt, accepted } = runOpenLoop(
    { send, close: () => undefined },
    toBatches(series(), 40, 2),
    200,
  );
  await expect.poll(() => waiting.length).toBe(20);
  expect(acceptedAt.size).toBe(0);
  waiting.forEach((answer) => answer());
  expect(await accepted).toHaveLength(40);
  const times = [...intendedAt.values()];
  expect(times[1]).toBe(times[0]);
  expect((times[39] ?? 0) - (times[0] ?? 0)).toBeCloseTo(19 * 5);
  expect([...acceptedAt].every(([id, at]) => at > (intendedAt.get(id) ?? Number.POSITIVE_INFINITY))).toBe(true);
});
