import type pg from 'pg';
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { fillTables } from './fill-tables.ts';

/** What a migration did to a table that had rows. */
export interface TableTried {
  readonly table: string;
  /** The strongest lock, held until the commit; null where it ran outside a transaction. */
  readonly lock: string | null;
  /** Rows read one after the other, or written, while it ran. */
  readonly touched: number;
  /** Whether the table was written anew, to another file. */
  readonly rewritten: boolean;
}

export interface MigrationTried {
  readonly name: string;
  readonly seconds: number;
  readonly tables: readonly TableTried[];
}

type Migration = MigrationInterface & { readonly name: string };

/** As PostgreSQL's manual has them, 13.3.1; who writes waits from the first of the second line on. */
const LOCKS = ['AccessShareLock', 'RowShareLock', 'RowExclusiveLock', 'ShareUpdateExclusiveLock'];
const BLOCKING_LOCKS = ['ShareLock', 'ShareRowExclusiveLock', 'ExclusiveLock', 'AccessExclusiveLock'];

/** Whether the services wait for the migration longer than a moment: they cannot write, and its work grows with the table. */
export const holdsUp = ({ lock, touched, rewritten }: TableTried): boolean =>
  lock !== null && BLOCKING_LOCKS.includes(lock) && (touched > 0 || rewritten);

/**
 * Applies migrations in order of time on tables that have `rows` rows from the moment they are there, each in a
 * transaction of its own, and tells what each did before it committed. The client is the owner's, of an empty database.
 */
export const tryMigrations = async (
  client: pg.Client,
  migrations: readonly Migration[],
  rows: number,
): Promise<readonly MigrationTried[]> => {
  const filled = new Set<number>();
  const tried: MigrationTried[] = [];
  for (const migration of migrations.toSorted((a, b) => timeOf(a) - timeOf(b))) {
    tried.push(await tryOne(client, migration, [...filled]));
    for (const oid of await fillTables(client, rows, filled)) filled.add(oid);
  }
  return tried;
};

const timeOf = ({ name }: Migration): number => Number(name.slice(-13));

const tryOne = async (client: pg.Client, migration: Migration, tables: readonly number[]): Promise<MigrationTried> => {
  const isAlone = migration.transaction !== false;
  const before = await filesOf(client, tables);
  const runner = {
    query: async (text: string, values?: unknown[]) => (await client.query(text, values)).rows as unknown[],
  };
  // What is counted below must be of this migration alone.
  await client.query('SELECT pg_stat_force_next_flush()');
  if (isAlone) await client.query('BEGIN');
  const started = performance.now();
  await migration.up(runner as unknown as QueryRunner);
  const seconds = (performance.now() - started) / 1000;
  const seen = isAlone ? (await client.query<Seen>(SEEN, [tables])).rows : [];
  if (isAlone) await client.query('COMMIT');
  const after = await filesOf(client, tables);
  return {
    name: migration.name,
    seconds,
    tables: seen.map((one) => tableTried(one, before.get(one.oid) !== after.get(one.oid))),
  };
};

interface Seen {
  readonly oid: number;
  readonly table: string;
  readonly locks: readonly string[];
  readonly touched: number;
}

const tableTried = ({ table, locks, touched }: Seen, rewritten: boolean): TableTried => {
  const order = [...LOCKS, ...BLOCKING_LOCKS];
  return {
    table,
    lock: locks.toSorted((a, b) => order.indexOf(a) - order.indexOf(b)).at(-1) ?? null,
    touched,
    rewritten,
  };
};

const SEEN = `
  SELECT l.relation::int8::float8 AS oid, l.relation::regclass::text AS table, array_agg(l.mode) AS locks,
         coalesce(max(s.seq_tup_read + s.n_tup_ins + s.n_tup_upd + s.n_tup_del), 0)::float8 AS touched
    FROM pg_locks l LEFT JOIN pg_stat_xact_user_tables s ON s.relid = l.relation
   WHERE l.pid = pg_backend_pid() AND l.locktype = 'relation' AND l.relation = ANY($1::int8[]::oid[])
     AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
   GROUP BY l.relation ORDER BY 2`;

const filesOf = async (client: pg.Client, tables: readonly number[]): Promise<ReadonlyMap<number, number>> => {
  const { rows } = await client.query<{ oid: number; file: number }>(
    'SELECT oid::int8::float8 AS oid, pg_relation_filenode(oid)::int8::float8 AS file FROM pg_class WHERE oid = ANY($1::int8[]::oid[])',
    [tables],
  );
  return new Map(rows.map(({ oid, file }) => [oid, file]));
};
