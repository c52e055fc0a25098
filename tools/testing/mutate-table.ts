import type pg from 'pg';
import type { Chance } from './random-cases.js';

interface Column {
  readonly name: string;
  readonly type: string;
  readonly generated: boolean;
}

const columnsOf = async (pool: pg.Pool, table: string): Promise<readonly Column[]> =>
  (
    await pool.query<Column>(
      `SELECT quote_ident(attname) AS name, format_type(atttypid, atttypmod) AS type, attidentity <> '' AS generated
         FROM pg_attribute WHERE attrelid = $1::regclass AND attnum > 0 AND NOT attisdropped ORDER BY attnum`,
      [table],
    )
  ).rows;

/** All rows of a table as text, in an order that is the same again; without `except`. */
export const rowsOf = async (
  pool: pg.Pool,
  table: string,
  except: readonly string[] = [],
): Promise<readonly string[]> => {
  const { rows } = await pool.query<{ row: string }>(
    `SELECT (to_jsonb(t) - $1::text[])::text AS row FROM ${table} AS t ORDER BY 1`,
    [except],
  );
  return rows.map(({ row }) => row);
};

/** Another value than `column` has, of its type. */
const OTHER: Readonly<Record<string, (column: string, chance: Chance) => string>> = {
  text: (column, chance) => chance.pick([`${column} || 'x'`, `'other'`, `upper(${column}) || '1'`]),
  'text[]': (column) => `${column} || ARRAY['other']`,
  bigint: (column, chance) => `${column} + ${1 + chance.below(5)}`,
  integer: (column, chance) => `${column} + ${1 + chance.below(5)}`,
  boolean: (column) => `NOT ${column}`,
  jsonb: (column, chance) =>
    `CASE jsonb_typeof(${column}) WHEN 'object' THEN ${column} || '{"other": ${chance.below(9)}}' ELSE ${column} || '["other"]' END`,
  'timestamp with time zone': (column, chance) => `${column} + interval '${1 + chance.below(90)} minutes'`,
};

export interface MutateOptions {
  /** Columns that are left alone. */
  readonly except?: readonly string[];
}

/** Deletes a row, adds one like another, or changes a column of one; what it did, in words. */
export const mutateTable = async (
  pool: pg.Pool,
  table: string,
  chance: Chance,
  { except = [] }: MutateOptions = {},
): Promise<string> => {
  const columns = await columnsOf(pool, table);
  const { rows: all } = await pool.query<{ ctid: string }>(
    `SELECT ctid::text FROM ${table} ORDER BY ${columns[0]?.name ?? '1'}`,
  );
  const { ctid } = chance.pick(all);
  const how = chance.pick(['delete', 'insert', 'update', 'update', 'update']);
  // Constraints between tables are no hindrance to whoever does this.
  const carryOut = (statement: string): Promise<unknown> =>
    pool.query(`SET session_replication_role = replica; ${statement}; RESET session_replication_role`);
  if (how === 'delete') {
    await carryOut(`DELETE FROM ${table} WHERE ctid = '${ctid}'`);
    return `${table}: a row deleted`;
  }
  const first = columns[0]?.name ?? '';
  if (how === 'insert') {
    const taken = columns.filter(({ generated }) => !generated);
    await carryOut(
      `INSERT INTO ${table} (${taken.map(({ name }) => name).join(', ')})
       SELECT ${taken.map(({ name }) => (name === first ? `${name} || 'made-up'` : name)).join(', ')} FROM ${table} WHERE ctid = '${ctid}'`,
    );
    return `${table}: a row added`;
  }
  const column = chance.pick(columns.filter(({ name, generated }) => !generated && !except.includes(name)));
  const other = column.name === 'status' ? OTHER_STATUS : OTHER[column.type]?.(column.name, chance);
  if (other === undefined) throw new Error(`No other value of ${column.type} is known.`);
  await carryOut(
    `UPDATE ${table} SET ${column.name} = coalesce(${other}, ${NOT_NULL[column.type] ?? `'other'`}) WHERE ctid = '${ctid}'`,
  );
  return `${table}.${column.name} changed`;
};

/** A check lets no others in. */
const OTHER_STATUS = `CASE status WHEN 'pending' THEN 'failed' ELSE 'pending' END`;

/** In the place of null. */
const NOT_NULL: Readonly<Record<string, string>> = {
  'timestamp with time zone': `'2020-01-01'`,
  jsonb: `'"other"'`,
  bigint: '7',
  integer: '7',
  boolean: 'true',
  'text[]': `'{other}'`,
};
