import { unstorableIn } from '@weir/postgres';
import { parameterProblem, ProblemError } from '@weir/service';

/** Where a page ended: the values of the columns it is sorted by. */
export type PageCursor = readonly [string, string];

/** Where a page is asked for: after a place or before it; from the first or the last entry on when `at` is null. */
export interface DirectedCursor {
  readonly at: PageCursor | null;
  readonly isBackwards: boolean;
}

export const cursorText = (cursor: PageCursor | readonly ['before', ...PageCursor]): string =>
  Buffer.from(JSON.stringify(cursor), 'utf8').toString('base64url');

/** Reads a cursor back. Throws a 400 problem for what no page ended with. */
export const parseCursor = (text: string, kind: 'time' | 'decision' | 'text'): PageCursor => {
  const cursor = decode(text);
  if (cursor && (kind === 'text' || isInstant(cursor[0])) && (kind !== 'decision' || isDecisionId(cursor[1])))
    return cursor;
  const detail = 'is no cursor: send nextCursor of the page before, unchanged and with the same sort, or leave it out';
  throw new ProblemError(parameterProblem('query', 'cursor', detail));
};

/** Reads the cursor of a list that can be read backwards: `last`, or one that begins with `before`. */
export const parseDirected = (text: string | undefined, kind: 'time' | 'text'): DirectedCursor => {
  if (text === undefined) return { at: null, isBackwards: false };
  if (text === 'last') return { at: null, isBackwards: true };
  const back = BEFORE.exec(Buffer.from(text, 'base64url').toString('utf8'));
  return back === null
    ? { at: parseCursor(text, kind), isBackwards: false }
    : { at: parseCursor(Buffer.from(`[${back[1]}`).toString('base64url'), kind), isBackwards: true };
};

const BEFORE = /^\["before",(.*)$/s;

const decode = (text: string): PageCursor | null => {
  try {
    const value: unknown = JSON.parse(Buffer.from(text, 'base64url').toString('utf8'));
    return isCursor(value) ? value : null;
  } catch {
    return null;
  }
};

const isCursor = (value: unknown): value is PageCursor =>
  Array.isArray(value) &&
  value.length === 2 &&
  value.every((part) => typeof part === 'string' && unstorableIn(part) === null);

/** Ends in a position, which is compared as a number of 64 bits. */
const isDecisionId = (text: string): boolean => /-\d{1,18}$/.test(text);

/** An instant as we write it: Date takes the 30th of February for the 2nd of March, and PostgreSQL takes neither it nor a year 0. */
const isInstant = (text: string): boolean => {
  const millis = /^\d{4}-.{18}Z$/.test(text) && !text.startsWith('0000') ? Date.parse(text) : Number.NaN;
  return !Number.isNaN(millis) && new Date(millis).toISOString() === text;
};

/** The page of `rows`, which were asked for with one more than `limit`, and the cursor to the next one. */
export const pageOf = <T>(
  rows: readonly T[],
  limit: number,
  cursorOf: (row: T) => PageCursor,
): { readonly page: T[]; readonly nextCursor: string | null } => {
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  return { page, nextCursor: rows.length > limit && last ? cursorText(cursorOf(last)) : null };
};
