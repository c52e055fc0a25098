import { DataSource, type MigrationInterface } from 'typeorm';
import type { TestDatabase } from './test-database.js';

type Owned = Pick<TestDatabase, 'ownerUrl'>;
type Migrations = readonly (new () => MigrationInterface)[];

/** Applies the migrations that a test database lacks, as its owner and one transaction each, as `weir migrate` does. */
export const migrateTestDatabase = (database: Owned, migrations: Migrations): Promise<void> =>
  withSource(database, migrations, async (source) => {
    await source.runMigrations();
    // As `weir migrate` does: services see what is missing.
    await source.query('GRANT SELECT ON weir_migration TO weir_service');
  });

/** Takes back the last of these migrations, in a transaction unless it asks for none (which TypeORM heeds on the way up alone). */
export const undoLastMigration = (database: Owned, migrations: Migrations): Promise<void> => {
  const last = migrations.at(-1);
  const outside = last !== undefined && new last().transaction === false;
  return withSource(database, migrations, (source) =>
    source.undoLastMigration({ transaction: outside ? 'none' : 'each' }),
  );
};

const withSource = async (
  { ownerUrl }: Owned,
  migrations: Migrations,
  use: (source: DataSource) => Promise<unknown>,
): Promise<void> => {
  const source = new DataSource({
    type: 'postgres',
    url: ownerUrl,
    migrations: [...migrations],
    migrationsTableName: 'weir_migration',
    migrationsTransactionMode: 'each',
  });
  await source.initialize();
  try {
    await use(source);
  } finally {
    await source.destroy();
  }
};
