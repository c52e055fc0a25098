/** How often and how long an endpoint is tried; milliseconds. */
export interface RetrySchedule {
  readonly firstDelay: number;
  readonly longestDelay: number;
  /** No attempt later than this after the effect was requested. */
  readonly giveUpAfter: number;
}

/** An attempt that failed; times in milliseconds. */
export interface FailedAttempt {
  /** From 1. */
  readonly attempt: number;
  /** Since the effect was requested. */
  readonly elapsed: number;
  /** What the endpoint asked for, if it did. */
  readonly retryAfter: number | null;
  /** In [0, 1), drawn by the caller. */
  readonly jitter: number;
}

/**
 * Milliseconds to wait before the next attempt, null to give up. Exponential, doubled each time; half of it is certain
 * and half is multiplied by `jitter`, so that what failed at one moment does not come back at one. An endpoint may ask
 * for more than the longest delay, not for less than the back-off.
 */
export const retryDelay = (
  schedule: RetrySchedule,
  { attempt, elapsed, retryAfter, jitter }: FailedAttempt,
): number | null => {
  const whole = Math.min(schedule.longestDelay, schedule.firstDelay * 2 ** (attempt - 1));
  const delay = Math.max(Math.round(whole / 2 + (whole / 2) * jitter), retryAfter ?? 0);
  return elapsed + delay > schedule.giveUpAfter ? null : delay;
};
