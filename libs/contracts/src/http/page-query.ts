import { z } from 'zod';

/** Text of at most `longest` characters that a query compares with; PostgreSQL knows no U+0000. */
export const comparedText = (longest: number) =>
  z
    .string()
    .max(longest)
    .refine((text) => !text.includes('\u0000'), 'holds U+0000: remove the character');

export const queryText = comparedText(500);

/** An instant that a query compares with, in UTC; PostgreSQL and JavaScript both know the years 1 to 9999. */
export const queryInstant = z.iso
  .datetime({ offset: true, abort: true })
  .refine((text) => isInRange(new Date(text)), 'is out of range: use a year from 1 to 9999')
  .transform((text) => new Date(text).toISOString());

const isInRange = (time: Date): boolean => !Number.isNaN(time.getTime()) && /^(?!0000)\d{4}-/.test(time.toISOString());

/** Query fields of every list. */
export const pageQuery = {
  limit: z.coerce.number().int().min(1).max(200).default(50).describe('Most entries of the page'),
  cursor: z.string().max(4096).optional().describe('`nextCursor` of the page before'),
};

export const nextCursorSchema = z.string().nullable().describe('Asks for the next page; null on the last one');

export const partialSchema = z
  .boolean()
  .optional()
  .describe('true: the search took too long and stopped before it found a page: go on with the cursor');
