import { textArray } from '@weir/event-store';

/** What turns the text that a value travels as into what its column holds. */
const CASTS = { text: '', timestamptz: '::timestamptz', boolean: '::boolean', bigint: '::bigint', json: '::jsonb', texts: '::text[]' } as const;

export type ColumnType = keyof typeof CASTS;

export type Columns<Row> = Readonly<Record<keyof Row & string, ColumnType>>;

/** A statement that each connection of PostgreSQL reads and plans once: an insert has one plan, whatever it inserts. */
export interface Insert {
  readonly name: string;
  readonly text: string;
}

/** `INSERT INTO table` of any number of rows; parameter n is the array of column n. Documents as JSON took twice as long. */
export const insertOf = <Row>(table: string, columns: Columns<Row>, conflict = ''): Insert => {
  const entries = Object.entries<ColumnType>(columns);
  const names = entries.map(([name]) => name);
  const values = entries.map(([name, type]) => `news.${name}${CASTS[type]}`);
  const arrays = entries.map((_, i) => `$${i + 1}::text[]`);
  const text = `INSERT INTO ${table} AS known (${names.join(', ')}) SELECT ${values.join(', ')} FROM unnest(${arrays.join(', ')}) AS news (${names.join(', ')}) ${conflict}`;
  return { name: `insert-${table}${conflict === '' ? '' : '-or-update'}`, text };
};

/** The parameters of `insertOf`. */
export const columnsOf = <Row>(columns: Columns<Row>, rows: readonly Row[]): readonly Buffer[] =>
  Object.entries<ColumnType>(columns).map(([name, type]) => textArray(rows.map((row) => sentText(type, row[name as keyof Row & string]))));

const sentText = (type: ColumnType, value: unknown): string | null => {
  if (value === null || (typeof value === 'string' && type !== 'json')) return value;
  // Numbers and truth are written in JSON as in SQL.
  return type === 'texts' ? arrayLiteral(value as readonly string[]) : JSON.stringify(value);
};

/** As PostgreSQL reads an array of texts (manual, 8.15.2): each in quotes, with quotes and backslashes escaped. */
const arrayLiteral = (texts: readonly string[]): string => `{${texts.map((text) => `"${text.replaceAll(/["\\]/g, '\\$&')}"`).join(',')}}`;
