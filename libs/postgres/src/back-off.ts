import { Retryable } from './retryable.js';
import { setTimeout as sleep } from 'node:timers/promises';

const FIRST_MILLISECONDS = 50;
const LONGEST_MILLISECONDS = 5_000;

/** Pauses that double from 50 ms to 5 s, each drawn from the upper half of its range, so that many do not return at once. */
export interface BackOff {
  /** Waits before the next attempt, at least as long as `fault` asks for; returns early when `signal` aborts. */
  pause(fault: unknown, signal: AbortSignal): Promise<void>;
  /** An attempt succeeded: the next pause is short again. */
  reset(): void;
}

export const createBackOff = (): BackOff => {
  let failures = 0;
  return {
    pause: async (fault, signal) => {
      const ceiling = Math.min(LONGEST_MILLISECONDS, FIRST_MILLISECONDS * 2 ** failures);
      failures += 1;
      const asked = fault instanceof Retryable ? (fault.retryAfter ?? 0) : 0;
      await sleepUnless(signal, Math.max(asked, ceiling / 2 + (Math.random() * ceiling) / 2));
    },
    reset: () => {
      failures = 0;
    },
  };
};

/** Sleeps, or returns at once when `signal` aborts. */
export const sleepUnless = async (signal: AbortSignal, milliseconds: number): Promise<void> => {
  await sleep(milliseconds, undefined, { signal }).catch((fault: unknown) => {
    if (!signal.aborted) throw fault;
  });
};
