import { expect, test, vi } from 'vitest';
import { createBell } from './bell.js';
import { keepGoing, type Kept } from './keep-going.js';
import { Retryable } from './retryable.js';

/** Goes on until `rounds` were begun. */
const rounds = async <Result>(
  most: number,
  work: (round: number, succeeded: () => void) => Promise<Result>,
  over: Partial<Kept<Result>> = {},
) => {
  const stop = new AbortController();
  const begun: number[] = [];
  const kept: Kept<Result> = {
    what: 'a test',
    logger: null,
    signal: stop.signal,
    work: async (succeeded) => {
      begun.push(performance.now());
      if (begun.length === most) stop.abort();
      return work(begun.length, succeeded);
    },
    ...over,
  };
  await keepGoing(kept);
  return begun.map((at, index) => at - (begun[index - 1] ?? at)).slice(1);
};
const fail = (fault = new Error('no')): Promise<never> => Promise.reject(fault);

test('a round that faults is followed by another, after a pause', async () => {
  const [pause] = await rounds(2, () => fail());
  expect(pause).toBeGreaterThanOrEqual(23);
});

test('a success makes the next pause short again, whether the round ended or says so while it lasts', async () => {
  const failures = 6;
  const afterFailures = async (work: (succeeded: () => void) => Promise<unknown>): Promise<number> => {
    const last = await rounds(failures + 2, (round, succeeded) => (round > failures ? work(succeeded) : fail()));
    return last.at(-1) ?? Infinity;
  };
  const [ended, said, neither] = await Promise.all([
    afterFailures(() => Promise.resolve()),
    afterFailures((succeeded) => {
      succeeded();
      return fail();
    }),
    afterFailures(() => fail()),
  ]);
  expect(neither).toBeGreaterThanOrEqual(1_600);
  expect(ended).toBeLessThan(neither / 2);
  expect(said).toBeLessThan(neither / 2);
});

test('a fault that asks for time gets it', async () => {
  const [pause] = await rounds(2, () => fail(new Retryable('later', { retryAfter: 200 })));
  expect(pause).toBeGreaterThanOrEqual(198);
});

test('a fault is told with its name, with whether trying again can help, and counted', async () => {
  const warn = vi.fn();
  const onFault = vi.fn();
  const logger = { warn } as unknown as Kept<void>['logger'];
  await rounds(3, (round) => fail(round === 1 ? new Retryable('later') : new Error('no')), {
    logger,
    onFault,
    about: { shard: 'evaluation/3' },
  });
  expect(warn.mock.calls.map(([line]: unknown[]) => line)).toEqual([
    expect.objectContaining({ what: 'a test', retryable: true, shard: 'evaluation/3' }),
    expect.objectContaining({ what: 'a test', retryable: false }),
  ]);
  expect(onFault).toHaveBeenCalledTimes(2);
  expect(onFault).toHaveBeenLastCalledWith(expect.objectContaining({ message: 'no' }), 'a test');
});

test('a pause is as long as what was found says, and a ring ends it, also one that came during the round', async () => {
  const bell = createBell();
  const pauses = await rounds(
    4,
    async (round) => {
      if (round === 2) bell.ring();
      if (round === 3) setTimeout(() => bell.ring(), 50);
      return round;
    },
    { bell, pause: (round) => (round === 1 ? 100 : Infinity) },
  );
  expect(pauses[0]).toBeGreaterThanOrEqual(98);
  expect(pauses[2]).toBeGreaterThanOrEqual(48);
});

test.each([
  ['a pause', async () => undefined],
  ['a pause after a fault', () => fail(new Retryable('later', { retryAfter: 3_600_000 }))],
])('an abort ends %s at once', async (_, work) => {
  const stop = new AbortController();
  const going = keepGoing({ what: 'a test', work, pause: () => Infinity, logger: null, signal: stop.signal });
  setTimeout(() => stop.abort(), 50);
  await going;
});

test('what fails because it was told to stop is no fault', async () => {
  const onFault = vi.fn();
  await rounds(1, () => fail(), { onFault });
  expect(onFault).not.toHaveBeenCalled();
});
