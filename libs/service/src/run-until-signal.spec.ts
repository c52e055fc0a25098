import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { createLogger, runUntilSignal } from './index.js';

const logger = createLogger('test');
logger.level = 'silent';

const ended = () => {
  const codes: number[] = [];
  return { codes, exit: (code: number) => void codes.push(code) };
};

test('the first signal closes once and ends with 0', async () => {
  const { codes, exit } = ended();
  let closed = 0;
  const running = runUntilSignal({ close: async () => void (closed += 1) }, logger, exit);
  process.emit('SIGTERM');
  await running;
  expect({ closed, codes }).toEqual({ closed: 1, codes: [0] });
});

test('a second signal ends the process without waiting', async () => {
  const { codes, exit } = ended();
  let finish = () => {};
  let now = 1_000;
  const running = runUntilSignal(
    { close: () => new Promise((resolve) => (finish = resolve)) },
    logger,
    exit,
    () => now,
  );
  process.emit('SIGINT');
  await sleep(0);
  process.emit('SIGINT');
  expect(codes, 'a Ctrl-C that npm passed on once more').toEqual([]);
  now += 301;
  process.emit('SIGINT');
  expect(codes).toEqual([130]);
  finish();
  await running;
});

test('an application that is still starting is closed once it has started', async () => {
  const { codes, exit } = ended();
  let started = (_: { close(): Promise<void> }) => {};
  const running = runUntilSignal(new Promise((resolve) => (started = resolve)), logger, exit);
  process.emit('SIGTERM');
  let closed = 0;
  await sleep(0);
  started({ close: async () => void (closed += 1) });
  await running;
  expect({ closed, codes }).toEqual({ closed: 1, codes: [0] });
});

test('a close that fails ends with 3', async () => {
  const { codes, exit } = ended();
  const running = runUntilSignal({ close: () => Promise.reject(new Error('stuck')) }, logger, exit);
  process.emit('SIGTERM');
  await running;
  expect(codes).toEqual([3]);
});
