import { eventStoreMigrations } from '@weir/event-store';
import pg from 'pg';
import { DataSource } from 'typeorm';
import type { EmbeddedPostgres } from '../../apps/weir/src/embedded-postgres/start-embedded-postgres.js';
import type { Cleanup } from './cleanup.ts';
import { startPostgres } from './postgres.ts';

export interface LogDatabase {
  readonly postgres: EmbeddedPostgres;
  /** As the services use it: no UPDATE or DELETE on the log. */
  readonly pool: pg.Pool;
  readonly owner: pg.Client;
}

/** A PostgreSQL with an empty decision log and nothing else. */
export const startLogDatabase = async (folder: string, cleanup: Cleanup, connections: number): Promise<LogDatabase> => {
  const postgres = await startPostgres(folder);
  cleanup.add(() => postgres.stop());
  const source = await new DataSource({
    type: 'postgres',
    url: postgres.ownerUrl,
    migrations: eventStoreMigrations,
  }).initialize();
  await source.runMigrations();
  await source.destroy();
  const pool = new pg.Pool({ connectionString: postgres.serviceUrl, max: connections });
  pool.on('error', () => undefined);
  cleanup.add(() => pool.end());
  const owner = new pg.Client({ connectionString: postgres.ownerUrl });
  await owner.connect();
  cleanup.add(() => owner.end());
  return { postgres, pool, owner };
};
