import pg from 'pg';
import { startEmbeddedPostgres } from '../embedded-postgres/start-embedded-postgres.js';
import { migrate } from './migrate-database.js';

/** A migrated database; `serviceUrl` may append to the log and not change it. */
export interface Database {
  readonly serviceUrl: string;
  readonly where: string;
  close(): Promise<void>;
}

/** Opens PostgreSQL at `databaseUrl`, or the embedded one in `folder`, and brings its schema up to date. */
export const openDatabase = async (folder: string, databaseUrl: string | undefined): Promise<Database> => {
  if (databaseUrl) {
    const serviceUrl = await asServiceRole(databaseUrl);
    await migrate(databaseUrl);
    return { serviceUrl, where: new URL(databaseUrl).host, close: async () => undefined };
  }
  const postgres = await startEmbeddedPostgres(folder);
  try {
    await migrate(postgres.ownerUrl);
  } catch (fault) {
    await postgres.stop();
    throw fault;
  }
  return { serviceUrl: postgres.serviceUrl, where: postgres.folder, close: () => postgres.stop() };
};

const SERVICE = 'weir_service';

/** The services act as `weir_service` whoever the URL logs in as, so that append-only is a grant and not a promise. */
export const asServiceRole = async (databaseUrl: string): Promise<string> => {
  const client = new pg.Client({ connectionString: databaseUrl });
  client.on('error', () => undefined); // What was lost is told by the next query.
  await reach(client);
  try {
    const { rowCount } = await client.query('SELECT 1 FROM pg_roles WHERE rolname = $1', [SERVICE]);
    if (rowCount === 0) await client.query(`CREATE ROLE ${SERVICE}`);
    const { rows } = await client
      .query<{ member: boolean }>("SELECT pg_has_role($1, 'SET') AS member", [SERVICE])
      .catch(() => ({ rows: [] }));
    if (!rows[0]?.member) await client.query(`GRANT ${SERVICE} TO CURRENT_USER`);
  } catch (cause) {
    throw new Error(
      `The role ${SERVICE} is missing and this login may not create it. Run once as an administrator: CREATE ROLE ${SERVICE}; GRANT ${SERVICE} TO ${new URL(databaseUrl).username};`,
      { cause },
    );
  } finally {
    await client.end();
  }
  const url = new URL(databaseUrl);
  url.searchParams.set('options', `-c role=${SERVICE}`);
  return url.href.replaceAll('+', '%20');
};

const reach = async (client: pg.Client): Promise<void> => {
  try {
    await client.connect();
  } catch (cause) {
    const { host, port, database, user } = client;
    throw new Error(
      `PostgreSQL at ${host}:${port} cannot be used as ${String(user)} for database ${String(database)}. Check that it runs and that DATABASE_URL, such as postgres://user:password@host:5432/name, is right.`,
      { cause },
    );
  }
};
