import type pg from 'pg';
import type { Logger } from './logger.js';
import { openPool } from './open-pool.js';
import { inTransaction } from './transaction.js';

/** A table that follows from the log. */
export interface DerivedTable {
  /** With its schema: `api.package_view`. What it should be lies in the temporary table of the same name. */
  readonly name: string;
  readonly key: readonly string[];
  /** Columns that are compared, with the expression of what counts of them, of a row `r`; the column itself unless given. */
  readonly compared: Readonly<Record<string, string>>;
  /**
   * Columns that do not follow from the log, with what they are in a row that was missing, of a row `r`; null: what the table
   * gives by itself. They are kept where the row is there.
   */
  readonly free: Readonly<Record<string, string | null>>;
  /** What is set where a row differs, of the row `i` that is there and the row `s` that should be; the compared columns of `s` unless given. */
  readonly set?: Readonly<Record<string, string>>;
  /** In which order rows that were missing are added, of a row `r`. */
  readonly order?: string;
  /** Which rows may be missing, such as those that were too old to be kept; none unless given. Of a row `r`. */
  readonly mayBeMissing?: string;
}

/** Columns of which all counts, of a row `r`. */
export const asTheyAre = (columns: readonly string[]): Readonly<Record<string, string>> =>
  Object.fromEntries(columns.map((column) => [column, `r.${column}`]));

/** Tables that one writer keeps. */
export interface DerivedView {
  readonly tables: readonly DerivedTable[];
  /** Brings the temporary tables on to what is stored now, as the session sees it. */
  bringOn(client: pg.PoolClient): Promise<void>;
  /** Makes whoever writes the tables wait until the transaction ends. */
  lock(client: pg.PoolClient): Promise<void>;
  /** Before the tables are mended: takes away what can only be made anew together. */
  clear?(client: pg.PoolClient): Promise<void>;
}

/** Something that is not as the log says. Of a whole row the column is null. */
export interface Difference {
  readonly table: string;
  readonly key: string;
  readonly column: string | null;
  readonly is: string | null;
  readonly should: string | null;
}

export interface Compared {
  readonly table: string;
  readonly rows: number;
  readonly differing: number;
  /** The first of them. */
  readonly differences: readonly Difference[];
}

const MOST_LISTED = 100;
const NO_LIMITS = { statementMillis: 0, lockMillis: 60_000, idleMillis: 0 };

/** Opens the one connection that comparing needs: its temporary tables and its snapshot are of the session. */
export const openComparing = (databaseUrl: string, logger: Logger): pg.Pool =>
  openPool({ databaseUrl, name: 'weir views', logger, login: 'anybody', connections: 1, statementMillis: 0 });

/** Compares what is derived with what follows from the log, in one snapshot: nobody has to wait. Only reads. */
export const compareView = (pool: pg.Pool, view: DerivedView): Promise<readonly Compared[]> =>
  inTransaction(
    pool,
    async (client) => {
      await client.query('SET TRANSACTION ISOLATION LEVEL REPEATABLE READ');
      await makeRoom(client, view);
      await view.bringOn(client);
      return compareAll(client, view);
    },
    NO_LIMITS,
  );

/**
 * Makes what is derived as it follows from the log; answers what was otherwise. All tables of the view change at one
 * moment: until then readers see what was there before. The writer waits only while the last events are folded.
 */
export const mendView = (pool: pg.Pool, view: DerivedView): Promise<readonly Compared[]> =>
  inTransaction(
    pool,
    async (client) => {
      await makeRoom(client, view);
      await view.bringOn(client);
      await view.lock(client);
      await view.bringOn(client);
      const compared = await compareAll(client, view);
      await view.clear?.(client);
      for (const table of [...view.tables].reverse()) await removeSurplus(client, table);
      for (const table of view.tables) await putRight(client, table);
      return compared;
    },
    NO_LIMITS,
  );

export const expected = ({ name }: Pick<DerivedTable, 'name'>): string => `pg_temp.${name.split('.')[1] ?? name}`;

/** Text as JSON, null when it is none: what somebody wrote there must be found, not end the search. */
const AS_JSON = `
  CREATE OR REPLACE FUNCTION pg_temp.as_json(document text) RETURNS jsonb LANGUAGE plpgsql IMMUTABLE AS
  $$ BEGIN RETURN document::jsonb; EXCEPTION WHEN data_exception THEN RETURN NULL; END $$`;

const makeRoom = async (client: pg.PoolClient, { tables }: DerivedView): Promise<void> => {
  await client.query(AS_JSON);
  for (const table of tables) {
    const { name } = table;
    await client.query(
      `CREATE TEMP TABLE ${expected(table).replace('pg_temp.', '')} (LIKE ${name} INCLUDING DEFAULTS INCLUDING IDENTITY INCLUDING INDEXES) ON COMMIT DROP`,
    );
  }
};

const compareAll = async (client: pg.PoolClient, { tables }: DerivedView): Promise<readonly Compared[]> => {
  const all: Compared[] = [];
  for (const table of tables) all.push(await compareTable(client, table));
  return all;
};

const columnsOf = ({ key, compared }: DerivedTable): readonly string[] => [...key, ...Object.keys(compared)];

const of = (alias: string, { key, compared }: DerivedTable): readonly string[] => [
  ...key.map((column) => `${alias}.${column}`),
  ...Object.values(compared).map((expression) => expression.replaceAll(/\br\./g, `${alias}.`)),
];

const sameKey = ({ key }: DerivedTable, one: string, other: string): string =>
  key.map((column) => `${one}.${column} = ${other}.${column}`).join(' AND ');

const isMissed = ({ mayBeMissing }: DerivedTable): string =>
  mayBeMissing === undefined ? 'true' : `NOT coalesce(${mayBeMissing.replaceAll(/\br\./g, 's.')}, false)`;

interface Pair {
  readonly is: Readonly<Record<string, unknown>> | null;
  readonly should: Readonly<Record<string, unknown>> | null;
}

const compareTable = async (client: pg.PoolClient, table: DerivedTable): Promise<Compared> => {
  await client.query(`ANALYZE ${expected(table)}`);
  const object = (alias: string): string =>
    `CASE WHEN ${alias}.${table.key[0] ?? ''} IS NOT NULL THEN jsonb_build_object(${columnsOf(table)
      .map((column, i) => `'${column}', ${of(alias, table)[i] ?? ''}`)
      .join(', ')}) END`;
  const differing = `
    FROM ${table.name} AS i FULL JOIN ${expected(table)} AS s ON ${sameKey(table, 'i', 's')}
   WHERE (i.${table.key[0] ?? ''} IS NOT NULL OR ${isMissed(table)}) AND (${of('i', table).join(', ')}) IS DISTINCT FROM (${of('s', table).join(', ')})`;
  const counted = await client.query<{ rows: number; differing: number }>(
    `SELECT (SELECT count(*)::float8 FROM ${table.name}) AS rows, (SELECT count(*)::float8 ${differing}) AS differing`,
  );
  const { rows } = await client.query<Pair>(
    `SELECT ${object('i')} AS is, ${object('s')} AS should ${differing} ORDER BY ${table.key.map((column) => `coalesce(i.${column}, s.${column})`).join(', ')} LIMIT ${MOST_LISTED}`,
  );
  return {
    table: table.name,
    rows: counted.rows[0]?.rows ?? 0,
    differing: counted.rows[0]?.differing ?? 0,
    differences: rows.flatMap((pair) => differencesOf(table, pair)),
  };
};

const differencesOf = (table: DerivedTable, { is, should }: Pair): readonly Difference[] => {
  const key = table.key.map((column) => String((is ?? should)?.[column])).join(' ');
  if (is === null || should === null)
    return [{ table: table.name, key, column: null, is: textOf(is), should: textOf(should) }];
  return Object.keys(table.compared)
    .map((column) => ({ table: table.name, key, column, is: textOf(is[column]), should: textOf(should[column]) }))
    .filter((one) => one.is !== one.should);
};

const textOf = (value: unknown): string | null =>
  value === null || value === undefined ? null : typeof value === 'string' ? value : JSON.stringify(value);

const removeSurplus = async (client: pg.PoolClient, table: DerivedTable): Promise<void> => {
  await client.query(
    `DELETE FROM ${table.name} AS i WHERE NOT EXISTS (SELECT FROM ${expected(table)} AS s WHERE ${sameKey(table, 'i', 's')})`,
  );
};

const putRight = async (client: pg.PoolClient, table: DerivedTable): Promise<void> => {
  const { set = Object.fromEntries(Object.keys(table.compared).map((column) => [column, `s.${column}`])) } = table;
  await client.query(
    `UPDATE ${table.name} AS i SET ${Object.entries(set)
      .map(([column, value]) => `${column} = ${value}`)
      .join(', ')} FROM ${expected(table)} AS s
      WHERE ${sameKey(table, 'i', 's')} AND (${of('i', table).join(', ')}) IS DISTINCT FROM (${of('s', table).join(', ')})`,
  );
  const free = Object.entries(table.free).flatMap(([column, value]) =>
    value === null ? [] : [[column, value] as const],
  );
  await client.query(
    `INSERT INTO ${table.name} (${[...columnsOf(table), ...free.map(([column]) => column)].join(', ')})
     SELECT ${[...columnsOf(table).map((column) => `s.${column}`), ...free.map(([, value]) => value.replaceAll(/\br\./g, 's.'))].join(', ')} FROM ${expected(table)} AS s
      WHERE ${isMissed(table)} AND NOT EXISTS (SELECT FROM ${table.name} AS i WHERE ${sameKey(table, 'i', 's')})
      ORDER BY ${(table.order ?? `r.${table.key[0] ?? ''}`).replaceAll(/\br\./g, 's.')}`,
  );
};
