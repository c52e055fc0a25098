import { resolve } from 'node:path';
import { runningPostgresUrl } from '../embedded-postgres/start-embedded-postgres.js';
import { claimDataDirectory } from './data-directory.js';
import { openDatabase } from './open-database.js';
import type { ReachedDatabase } from './reach-database.js';

/** A database with its schema, also of a data folder where nothing is yet: so the first key can be made before the first start. */
export const reachMigrated = async (
  data: string | undefined,
  databaseUrl: string | undefined,
): Promise<ReachedDatabase> => {
  if (databaseUrl !== undefined) return { url: databaseUrl, release: async () => undefined };
  const folder = resolve(data ?? '.weir');
  const running = runningPostgresUrl(folder);
  if (running !== null) return { url: running, release: async () => undefined };
  const claim = claimDataDirectory(folder);
  try {
    const database = await openDatabase(claim.path, { service: undefined, owner: undefined });
    return {
      url: database.serviceUrl,
      release: async () => {
        await database.close();
        claim.release();
      },
    };
  } catch (fault) {
    claim.release();
    throw fault;
  }
};
