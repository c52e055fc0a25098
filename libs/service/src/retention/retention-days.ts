import { z } from 'zod';

const DAY_MS = 86_400_000;

/** A year and a month: what is compared with a year ago is still there. */
const A_YEAR_AND_A_MONTH = 400;

/**
 * A variable that says for how many days rows stay; 0 keeps them for good. `least` is what those need who repeat or wait
 * longest.
 */
export const retentionDays = (least: number, fallback = A_YEAR_AND_A_MONTH) =>
  z.coerce
    .number()
    .int()
    .max(36_500)
    .refine((days) => days === 0 || days >= least, `use 0 (for good) or at least ${least}`)
    .default(fallback);

/** What is older than this may go; null: nothing may. */
export const keptSince = (days: number, now: Date): Date | null =>
  days === 0 ? null : new Date(now.getTime() - days * DAY_MS);
