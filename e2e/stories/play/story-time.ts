/** What the clock shows when stories begin: far from today, so that nobody's own clock is taken for it. */
export const STORY_BEGINS = Date.parse('2031-03-01T00:00:00.000Z');

/** From one step to the next. Waiting periods end 25 minutes after a step, or 5 before one. */
export const STEP_MILLIS = 30 * 60_000;

/**
 * What failed is asked again by itself: this much of the story's time after its cause ended it has healed, given the
 * time
 * that machines take.
 */
export const HEALED_WITHIN_MILLIS = 10 * 60_000;

/** Seconds of the wall clock that healing may take: a policy that had to be ended is left alone for some. */
export const HEALING_PATIENCE_MS = 90_000;

/** For what should be so at once: a machine that is busy otherwise. */
export const PATIENCE_MS = 4_000;

/** Nothing is under way any more within this time, else something hangs. */
export const SETTLED_WITHIN_MS = 60_000;

export const HOUR_MILLIS = 3_600_000;
