import { setTimeout as sleep } from 'node:timers/promises';
import { Retryable } from './retryable.js';

const FIRST_MILLISECONDS = 50;
const LONGEST_MILLISECONDS = 5_000;

/** Pauses that double from 50 ms to 5 s, each drawn from the upper half of its range, so that many do not return at once. */
export interface BackOff {
  /** Milliseconds until the next attempt, at least as many as `fault` asks for. */
  next(fault: unknown): number;
  /** Waits before the next attempt; returns early when `signal` aborts. */
  pause(fault: unknown, signal: AbortSignal): Promise<void>;
  /** An attempt succeeded: the next pause is short again. */
  reset(): void;
}

/** The one way to wait before something is tried again. */
export const createBackOff = (): BackOff => {
  let failures = 0;
  const next = (fault: unknown): number => {
    const ceiling = Math.min(LONGEST_MILLISECONDS, FIRST_MILLISECONDS * 2 ** failures);
    failures += 1;
    const asked = fault instanceof Retryable ? (fault.retryAfter ?? 0) : 0;
    return Math.max(asked, ceiling / 2 + (Math.random() * ceiling) / 2);
  };
  return {
    next,
    pause: (fault, signal) => sleepUnless(signal, next(fault)),
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
