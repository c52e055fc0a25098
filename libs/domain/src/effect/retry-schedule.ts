/** How often and how long an endpoint is tried; milliseconds. */
export interface RetrySchedule {
  readonly firstDelay: number;
  readonly longestDelay: number;
  /** No attempt later than this after the effect was requested. */
  readonly giveUpAfter: number;
}

/**
 * Milliseconds to wait after failed attempt number `attempt` (from 1): exponential, doubled each time, of which half is
 * certain and half is multiplied by `jitter` in [0, 1), so that many failures at one moment do not come back at one.
 */
export const retryDelay = (schedule: RetrySchedule, attempt: number, jitter: number): number => {
  const whole = Math.min(schedule.longestDelay, schedule.firstDelay * 2 ** Math.min(attempt - 1, 50));
  return Math.round(whole / 2 + (whole / 2) * jitter);
};
