import { faultOfDatabaseUrl } from '@weir/postgres';
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { postgresFolderOf } from '../embedded-postgres/postgres-folder.js';
import { runningPostgresUrl, startEmbeddedPostgres } from '../embedded-postgres/start-embedded-postgres.js';
import { WrongUse } from '../commands/exit-code-of.js';
import { claimDataDirectory } from './data-directory.js';

/** A database for as long as a command needs it. */
export interface ReachedDatabase {
  readonly url: string;
  release(): Promise<void>;
}

/** The database at `databaseUrl`, else that of the data folder: the running one, or one started for this command. */
export const reachDatabase = async (data: string, databaseUrl: string | undefined): Promise<ReachedDatabase> => {
  if (databaseUrl !== undefined) refuseOtherDatabases(databaseUrl);
  if (databaseUrl) return { url: databaseUrl, release: async () => undefined };
  const folder = resolve(data);
  if (!existsSync(join(postgresFolderOf(folder), 'cluster', 'PG_VERSION')))
    throw new WrongUse(`There is no data in ${folder}. Name the folder with --data, or a database with --database.`);
  const running = runningPostgresUrl(folder);
  if (running) return { url: running, release: async () => undefined };
  const claim = claimDataDirectory(folder);
  const postgres = await startEmbeddedPostgres(folder);
  return {
    url: postgres.serviceUrl,
    release: async () => {
      await postgres.stop();
      claim.release();
    },
  };
};

/** @throws WrongUse when an address given to a command is not one of PostgreSQL. */
export const refuseOtherDatabases = (databaseUrl: string): void => {
  const fault = faultOfDatabaseUrl(databaseUrl);
  if (fault !== null) throw new WrongUse(`--database (DATABASE_URL) ${fault}.`);
};
