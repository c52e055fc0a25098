import type { PolicyResult } from './desired-state.js';
import { own, type Memory } from './memory.js';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const FIRST = 5 * SECOND;
/** What may pass by itself is asked again at least this often: the time within which it heals once its cause has ended. */
export const LONGEST_RETRY = 5 * MINUTE;
/** What the same facts and the same engine will bring about again is asked once a day all the same. */
const LONGEST_OF_THE_SAME = 24 * 60 * MINUTE;

/** Faults that lie in the policy's text and the facts: a new attempt at the same instant brings them about again. */
export const SAME_AGAIN: ReadonlySet<string> = new Set(['conflict', 'builtin_failed', 'builtin_missing', 'bad_input']);

/**
 * Milliseconds until the policies that failed are to be asked again; null when none failed. The pauses double from five
 * seconds on, counted by `memory` as it is after the failure. `spread`, in [0, 1), brings each package forward by up to a
 * fifth, so that what failed together does not come back together.
 */
export const retryPause = (memory: Memory, results: readonly PolicyResult[], spread: number): number | null => {
  const pauses = results.flatMap(({ policyId, error }) =>
    error ? [pauseAfter(own(memory, policyId)?.failures ?? 1, error.code)] : [],
  );
  return pauses.length === 0 ? null : Math.round(Math.min(...pauses) * (1 - spread / 5));
};

const pauseAfter = (failures: number, code: string): number =>
  Math.min(SAME_AGAIN.has(code) ? LONGEST_OF_THE_SAME : LONGEST_RETRY, FIRST * 2 ** Math.min(failures - 1, 20));
