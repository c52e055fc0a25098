import { eventStoreMigrations } from '@weir/event-store';
import type pg from 'pg';
import type { MigrationInterface } from 'typeorm';
import { migrateTestDatabase, undoLastMigration } from './migrate-test-database.js';
import { createTestDatabase } from './test-database.js';
import { openTestPool } from './test-pool.js';

/** A database at one migration of a service, later ones not applied. */
export interface AtMigration {
  readonly owner: pg.Pool;
  readonly service: pg.Pool;
  /** Takes the migration back. */
  readonly undo: () => Promise<void>;
  /** Applies it, again. */
  readonly apply: () => Promise<void>;
}

/** Gives `use` a database to which the migrations of a service up to the one called `name` are applied, and drops it. */
export const onMigration = async (
  migrations: readonly (new () => MigrationInterface)[],
  name: string,
  use: (at: AtMigration) => Promise<void>,
): Promise<void> => {
  const upToHere = writtenUntil(name, [...eventStoreMigrations, ...migrations]);
  const database = await createTestDatabase();
  const owner = openTestPool(database.ownerUrl, 1);
  const service = openTestPool(database.serviceUrl, 1);
  try {
    await migrateTestDatabase(database, upToHere);
    await use({
      owner,
      service,
      undo: () => undoLastMigration(database, upToHere),
      apply: () => migrateTestDatabase(database, upToHere),
    });
  } finally {
    await Promise.all([owner.end(), service.end()]);
    await database.drop();
  }
};

/** In the order of the times in their names, by which TypeORM applies them: the one called `name` is the last. */
const writtenUntil = (name: string, migrations: readonly (new () => MigrationInterface)[]) => {
  const inOrder = migrations.toSorted((a, b) => timeOf(a) - timeOf(b));
  const last = inOrder.findIndex((migration) => migration.name === name);
  if (last < 0) throw new Error(`There is no migration ${name}.`);
  return inOrder.slice(0, last + 1);
};

/** TypeORM takes the last 13 characters of a name for the time at which a migration was written. */
const timeOf = (migration: new () => MigrationInterface): number =>
  Number((new migration().name ?? migration.name).slice(-13));
