import type pg from 'pg';
import { NotAble } from './reason-for-strangers.js';

const TABLE = 'weir_migration';

type Migrations = readonly (new () => { readonly name: string })[];

/**
 * Asks whether the schema has what a service was built for; what newer services need besides does no harm.
 * @throws NotAble with how many migrations are missing, and the command.
 */
export const requireMigrations = async (pool: Pick<pg.Pool, 'query'>, migrations: Migrations): Promise<void> => {
  const names = migrations.map((Migration) => new Migration().name);
  const { rows } = await pool.query<{ mayRead: boolean | null }>(
    `SELECT has_table_privilege(to_regclass('${TABLE}'), 'SELECT') AS "mayRead"`,
  );
  const there =
    rows[0]?.mayRead === true
      ? (await pool.query<{ name: string }>(`SELECT name FROM ${TABLE} WHERE name = ANY ($1)`, [names])).rows
      : [];
  const known = new Set(there.map(({ name }) => name));
  const missing = names.filter((name) => !known.has(name));
  if (missing.length > 0)
    throw new NotAble(
      `the schema lacks ${missing.length} of ${names.length} migrations, first ${missing[0] ?? ''}: run weir migrate`,
    );
};
