/** Rego counts nanoseconds in 64 bits: its clock functions fail for years before and after these. */
const FIRST_YEAR = 1678;
const LAST_YEAR = 2261;

/**
 * An instant as ISO 8601 UTC text ending in Z; a time that already is keeps its digits. null for what is no instant, or one
 * that Rego's clock functions cannot hold, such as Go's 0001-01-01.
 */
export function instantOf(text: string | null | undefined): string | null {
  const time = Date.parse(text ?? '');
  if (text === null || text === undefined || Number.isNaN(time)) return null;
  const year = new Date(time).getUTCFullYear();
  if (year < FIRST_YEAR || year > LAST_YEAR) return null;
  return /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z$/.test(text) ? text : new Date(time).toISOString();
}

/** Go's zero time, with which its programs say "never". */
export const isNever = (text: string): boolean => text.startsWith('0001-01-01');
