import type { CopiedColumn, CopiedType } from '@weir/postgres';

/** Turns the text that a value travels as into what its column holds. */
const castOf = (type: CopiedType): string => (type === 'texts' ? '::text[]' : `::${type}`);

/** A statement that each connection of PostgreSQL reads and plans once: an insert has one plan, whatever it inserts. */
export interface Merge {
  readonly name: string;
  readonly text: string;
}

/** `INSERT INTO table` of any number of rows, for those that are there already; parameter n is the array of column n. Documents as JSON took twice as long. */
export const mergeOf = <Row>(table: string, columns: readonly CopiedColumn<Row>[], conflict: string): Merge => {
  const names = columns.map(({ name }) => name);
  const values = columns.map(({ name, type }) => `news.${name}${castOf(type)}`);
  const arrays = columns.map((_, i) => `$${i + 1}::text[]`);
  const text = `INSERT INTO ${table} AS known (${names.join(', ')}) SELECT ${values.join(', ')} FROM unnest(${arrays.join(', ')}) AS news (${names.join(', ')}) ${conflict}`;
  return { name: `merge-${table}`, text };
};
