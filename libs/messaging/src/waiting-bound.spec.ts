import { expect, test } from 'vitest';
import { TopicsUnavailable } from './topics-unavailable.js';
import { createWaitingBound } from './waiting-bound.js';

const gate = () => Promise.withResolvers<string>();

test('what would be too much is refused without being begun, and what waits goes on', async () => {
  const bound = createWaitingBound('brokers', 100);
  const first = gate();
  const waiting = bound.hold(60, () => first.promise);
  let begun = false;
  const refused = bound.hold(41, async () => void (begun = true));
  await expect(refused).rejects.toThrow('60 bytes wait for brokers already');
  await expect(refused).rejects.toBeInstanceOf(TopicsUnavailable);
  expect(begun).toBe(false);
  expect(await bound.hold(40, async () => 'fits')).toBe('fits');
  first.resolve('done');
  expect(await waiting).toBe('done');
});

test('what settled does not count any more, whichever way', async () => {
  const bound = createWaitingBound('brokers', 100);
  await bound.hold(90, async () => 'durable');
  await expect(bound.hold(90, () => Promise.reject(new Error('refused')))).rejects.toThrow('refused');
  expect(await bound.hold(90, async () => 'again')).toBe('again');
});

test('a call that is larger than the bound begins when nothing else waits: refused, it would be refused for ever', async () => {
  expect(await createWaitingBound('brokers', 100).hold(1_000, async () => 'alone')).toBe('alone');
});
