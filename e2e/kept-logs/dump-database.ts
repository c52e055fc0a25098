import pg from 'pg';

/** A line of a kept log: how far its schema was, then tables with their rows, every value as PostgreSQL's own text. */
export type KeptLine =
  | { readonly migrations: readonly { readonly name: string; readonly timestamp: string }[] }
  | { readonly table: string; readonly columns: readonly { readonly name: string; readonly type: string }[] }
  | { readonly row: readonly (string | null)[] }
  | { readonly sequence: string; readonly value: string };

/** A schema's table may be a partition or made by hand; what PostgreSQL itself keeps is left out. */
const TABLES = `
  SELECT c.oid::regclass::text AS table,
         json_agg(json_build_object('name', a.attname, 'type', format_type(a.atttypid, a.atttypmod)) ORDER BY a.attnum) AS columns
    FROM pg_class c
    JOIN pg_namespace n ON n.oid = c.relnamespace
    JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
   WHERE c.relkind = 'r' AND n.nspname !~ '^pg_|^information_schema$' AND c.relname <> 'weir_migration'
   GROUP BY c.oid ORDER BY 1`;

const SEQUENCES = `
  SELECT format('%I.%I', schemaname, sequencename) AS sequence, last_value::text AS value
    FROM pg_sequences WHERE last_value IS NOT NULL AND sequencename <> 'weir_migration_id_seq' ORDER BY 1`;

interface Table {
  readonly table: string;
  readonly columns: readonly { readonly name: string; readonly type: string }[];
}

/** Everything a Weir has stored, as of one moment. */
export const dumpDatabase = async (ownerUrl: string): Promise<readonly KeptLine[]> => {
  const client = new pg.Client({ connectionString: ownerUrl });
  await client.connect();
  try {
    await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
    const migrations = await client.query<{ name: string; timestamp: string }>(
      'SELECT name, timestamp::text AS timestamp FROM weir_migration ORDER BY id',
    );
    const lines: KeptLine[] = [{ migrations: migrations.rows }];
    const { rows: tables } = await client.query<Table>(TABLES);
    for (const table of tables) lines.push(table, ...(await rowsOf(client, table)));
    const { rows: sequences } = await client.query<{ sequence: string; value: string }>(SEQUENCES);
    return [...lines, ...sequences];
  } finally {
    await client.end();
  }
};

const rowsOf = async (client: pg.Client, { table, columns }: Table): Promise<readonly KeptLine[]> => {
  const texts = columns.map(({ name }) => `${pg.escapeIdentifier(name)}::text`).join(', ');
  const { rows } = await client.query<(string | null)[]>({ text: `SELECT ${texts} FROM ${table}`, rowMode: 'array' });
  return rows.map((row) => ({ row }));
};
