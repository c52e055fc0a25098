import { retryWhenTaken } from './retry-when-taken.js';

export interface InsertOrMerge<Row> {
  /** Keys of the rows that were there when they were looked up. */
  readonly known: Pick<ReadonlySet<string>, 'has'>;
  readonly insert: (rows: readonly Row[]) => Promise<unknown>;
  readonly merge: (rows: readonly Row[]) => Promise<unknown>;
  /** What is said when another row is there by now. */
  readonly taken: string;
}

/**
 * Writes rows of which each key comes once: those that are known are merged, the others inserted.
 * @throws Retryable when one of the others is there by now.
 */
export const insertOrMerge = async <Row extends { readonly key: string }>(
  rows: readonly Row[],
  { known, insert, merge, taken }: InsertOrMerge<Row>,
): Promise<void> => {
  const [first, further] = [rows.filter(({ key }) => !known.has(key)), rows.filter(({ key }) => known.has(key))];
  if (first.length > 0) await retryWhenTaken(() => insert(first), taken);
  if (further.length > 0) await merge(further);
};
