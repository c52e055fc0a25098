/** How the values of a column travel: as an array of `sent`, each turned into what the column holds. */
interface Column {
  readonly sent: 'text' | 'timestamptz' | 'boolean' | 'bigint';
  readonly cast?: '::jsonb' | '::text[]';
}

const PLAIN = { text: { sent: 'text' }, timestamptz: { sent: 'timestamptz' }, boolean: { sent: 'boolean' }, bigint: { sent: 'bigint' }, json: { sent: 'text', cast: '::jsonb' }, texts: { sent: 'text', cast: '::text[]' } } as const satisfies Record<string, Column>;

export type ColumnType = keyof typeof PLAIN;

export type Columns<Row> = Readonly<Record<keyof Row & string, ColumnType>>;

/** `INSERT INTO table` of any number of rows; parameter n is the array of column n. Documents as JSON took twice as long. */
export const insertOf = <Row>(table: string, columns: Columns<Row>, conflict = ''): string => {
  const entries = Object.entries<ColumnType>(columns);
  const names = entries.map(([name]) => name);
  const values = entries.map(([name, type]) => `news.${name}${(PLAIN[type] as Column).cast ?? ''}`);
  const arrays = entries.map(([, type], i) => `$${i + 1}::${PLAIN[type].sent}[]`);
  return `INSERT INTO ${table} AS known (${names.join(', ')}) SELECT ${values.join(', ')} FROM unnest(${arrays.join(', ')}) AS news (${names.join(', ')}) ${conflict}`;
};

/** The parameters of `insertOf`. */
export const columnsOf = <Row>(columns: Columns<Row>, rows: readonly Row[]): readonly (readonly unknown[])[] =>
  Object.entries<ColumnType>(columns).map(([name, type]) => rows.map((row) => sentValue(type, row[name as keyof Row & string])));

const sentValue = (type: ColumnType, value: unknown): unknown => {
  if (value === null) return null;
  if (type === 'json') return JSON.stringify(value);
  return type === 'texts' ? arrayLiteral(value as readonly string[]) : value;
};

/** As PostgreSQL reads an array of texts (manual, 8.15.2): each in quotes, with quotes and backslashes escaped. */
const arrayLiteral = (texts: readonly string[]): string => `{${texts.map((text) => `"${text.replaceAll(/["\\]/g, '\\$&')}"`).join(',')}}`;
