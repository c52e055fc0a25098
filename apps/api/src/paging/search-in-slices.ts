import type { PageCursor } from './page-cursor.js';

/** A table that is walked in one order. */
export interface Slices<Row> {
  /** The row that is so many rows beyond a place; null when there are fewer. */
  readonly rowAfter: (at: PageCursor | null, count: number) => Promise<Row | null>;
  /** Rows that fit beyond `at` and up to `to`, both places of the walk, at most so many. */
  readonly fitting: (at: PageCursor | null, to: PageCursor | null, most: number) => Promise<readonly Row[]>;
  readonly cursorOf: (row: Row) => PageCursor;
}

export interface Searched<Row> {
  readonly rows: readonly Row[];
  /** Where the search stopped because its time was over; null when it found all that was asked for, or came to the end. */
  readonly stoppedAt: PageCursor | null;
}

const SLICE_ROWS = 5_000;

/**
 * Looks for up to `most` rows that fit, slice by slice, until `isOver`: what no index finds costs each time what the slices
 * cost and no more, and who asks goes on where it stopped.
 */
export const searchInSlices = async <Row>(
  { rowAfter, fitting, cursorOf }: Slices<Row>,
  from: PageCursor | null,
  most: number,
  isOver: () => boolean,
): Promise<Searched<Row>> => {
  const rows: Row[] = [];
  for (let at = from; ;) {
    const last = await rowAfter(at, SLICE_ROWS);
    const to = last && cursorOf(last);
    rows.push(...(await fitting(at, to, most - rows.length)));
    if (rows.length >= most || to === null) return { rows, stoppedAt: null };
    if (isOver()) return { rows, stoppedAt: to };
    at = to;
  }
};

const SEARCH_MS = 1_500;

/** Over after the time that one request may search. */
export const searchTime = (): (() => boolean) => {
  const until = performance.now() + SEARCH_MS;
  return () => performance.now() > until;
};
