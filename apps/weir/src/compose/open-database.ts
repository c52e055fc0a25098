import { placeOfDatabase, requireOwnSessions, requireServiceLogin } from '@weir/postgres';
import { startEmbeddedPostgres } from '../embedded-postgres/start-embedded-postgres.js';
import type { Supervision } from '../embedded-postgres/supervise-postgres.js';
import { ensureServiceRole } from './ensure-service-role.js';
import { migrate, missingMigrations } from './migrate-database.js';
import { onPostgres } from './reach-postgres.js';
import { sayWhileWaiting } from './say-while-waiting.js';

/** A migrated database; `serviceUrl` may append to the log and not change it. */
export interface Database {
  readonly serviceUrl: string;
  readonly where: string;
  close(): Promise<void>;
}

/** PostgreSQL of one's own: the login of the services, and the one that owns the schema when the start is to migrate. */
export interface DatabaseUrls {
  readonly service: string | undefined;
  readonly owner: string | undefined;
  /** Told when it lets wait. */
  readonly say?: (line: string) => void;
}

/**
 * Opens PostgreSQL at the given URL, or the embedded one in `folder`, with its schema up to date. With `supervision` the
 * embedded one is started again when it ends by itself.
 */
export const openDatabase = async (
  folder: string,
  urls: DatabaseUrls,
  supervision?: Supervision,
): Promise<Database> => {
  const { service, say = () => undefined } = urls;
  if (service !== undefined)
    return sayWhileWaiting(`PostgreSQL at ${placeOfDatabase(service).host}`, say, () => openOwn(service, urls.owner));
  if (urls.owner !== undefined)
    throw new Error(
      'DATABASE_OWNER_URL is set and DATABASE_URL is not. Set DATABASE_URL to the login of the services, or neither to use the embedded PostgreSQL.',
    );
  const postgres = await startEmbeddedPostgres(folder, supervision && { supervision });
  try {
    await migrate(postgres.ownerUrl);
  } catch (fault) {
    await postgres.stop();
    throw fault;
  }
  return { serviceUrl: postgres.serviceUrl, where: postgres.folder, close: () => postgres.stop() };
};

const openOwn = async (serviceUrl: string, ownerUrl: string | undefined): Promise<Database> => {
  await refuseLogin(serviceUrl);
  await requireOwnSessions(serviceUrl);
  if (ownerUrl !== undefined) {
    await ensureServiceRole(ownerUrl);
    await migrate(ownerUrl);
    // The tables that it must not change may be there only now.
    await refuseLogin(serviceUrl);
  }
  const missing = await onPostgres(serviceUrl, 'weir', missingMigrations);
  if (missing.length > 0)
    throw new Error(
      `The schema of this database is not up to date: ${missing.length} migrations are missing, first ${missing[0] ?? ''}. Set DATABASE_OWNER_URL to the login that owns it, or run: weir migrate --database OWNER_URL`,
    );
  return { serviceUrl, where: new URL(serviceUrl).host, close: async () => undefined };
};

const refuseLogin = (url: string): Promise<void> => onPostgres(url, 'weir', requireServiceLogin);
