import { z } from 'zod';

/** Query fields of every list. */
export const pageQuery = {
  limit: z.coerce.number().int().min(1).max(200).default(50).describe('Most entries of the page'),
  cursor: z.string().max(4096).optional().describe('`nextCursor` of the page before'),
};

export const nextCursorSchema = z.string().nullable().describe('Asks for the next page; null on the last one');
