import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import pg from 'pg';
import type { KeptLine } from './dump-database.ts';

export const readKeptLog = (file: string): readonly KeptLine[] =>
  gunzipSync(readFileSync(file))
    .toString('utf8')
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as KeptLine);

/** The names of the migrations that the version had which wrote the log. */
export const migrationsOf = (lines: readonly KeptLine[]): readonly string[] =>
  lines.flatMap((line) => ('migrations' in line ? line.migrations.map(({ name }) => name) : []));

/** Fills the tables of a database that has exactly those migrations. */
export const loadRows = async (ownerUrl: string, lines: readonly KeptLine[]): Promise<void> => {
  const client = new pg.Client({ connectionString: ownerUrl });
  await client.connect();
  try {
    // Rows are what they were: no trigger runs again, and no order among tables matters.
    await client.query("BEGIN; SET LOCAL session_replication_role = 'replica'");
    let insert = '';
    for (const line of lines) {
      if ('table' in line) insert = insertInto(line);
      if ('row' in line) await client.query(insert, [...line.row]);
      if ('sequence' in line) await client.query('SELECT setval($1, $2::bigint)', [line.sequence, line.value]);
    }
    await client.query('COMMIT');
  } finally {
    await client.end();
  }
};

const insertInto = ({ table, columns }: Extract<KeptLine, { readonly table: string }>): string => {
  const names = columns.map(({ name }) => pg.escapeIdentifier(name)).join(', ');
  const values = columns.map(({ type }, index) => `$${index + 1}::text::${type}`).join(', ');
  return `INSERT INTO ${table} (${names}) OVERRIDING SYSTEM VALUE VALUES (${values})`;
};
