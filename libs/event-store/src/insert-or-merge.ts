import type pg from 'pg';
import { retryWhenTaken } from './retry-when-taken.js';

/** A statement that each connection of PostgreSQL reads and plans once. */
interface Statement {
  readonly name: string;
  readonly text: string;
}

export interface InsertOrMerge<Row> {
  /** Keys of the rows that were there when they were looked up. */
  readonly known: Pick<ReadonlySet<string>, 'has'>;
  readonly insert: Statement;
  readonly merge: Statement;
  /** The parameters of both statements. */
  readonly valuesOf: (rows: readonly Row[]) => readonly unknown[];
  /** What is said when another row is there by now. */
  readonly taken: string;
}

/**
 * Writes rows of which each key comes once: those that are known are merged, the others inserted.
 * @throws Retryable when one of the others is there by now.
 */
export const insertOrMerge = async <Row extends { readonly key: string }>(client: pg.PoolClient, rows: readonly Row[], { known, insert, merge, valuesOf, taken }: InsertOrMerge<Row>): Promise<void> => {
  const [first, further] = [rows.filter(({ key }) => !known.has(key)), rows.filter(({ key }) => known.has(key))];
  if (first.length > 0) await retryWhenTaken(() => client.query({ ...insert, values: [...valuesOf(first)] }), taken);
  if (further.length > 0) await client.query({ ...merge, values: [...valuesOf(further)] });
};
