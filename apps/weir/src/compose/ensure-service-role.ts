import { SERVICE_ROLE } from '@weir/postgres';
import { onPostgres } from './reach-postgres.js';

/** `server_version_num` of the oldest PostgreSQL that the documented commands are tried on. */
const OLDEST = 150_000;
const INSUFFICIENT_PRIVILEGE = '42501';

/**
 * Makes the role that services act as, when the login may: migrations grant to it. Nobody becomes a member of it here;
 * who logs in for the services is made so by an administrator (deploy/postgres/roles.sql).
 * @throws with the statement to run when this login may not make it, and with the fault itself when something else went
 * wrong; a server that is too old is refused by name.
 */
export const ensureServiceRole = (ownerUrl: string): Promise<void> =>
  onPostgres(ownerUrl, 'weir migrate', async (client) => {
    const { rows } = await client.query<{ version: number; versionName: string; exists: boolean }>(
      `SELECT current_setting('server_version_num')::int AS version, current_setting('server_version') AS "versionName",
              EXISTS (SELECT FROM pg_roles WHERE rolname = $1) AS "exists"`,
      [SERVICE_ROLE],
    );
    const [server] = rows;
    if (server && server.version < OLDEST)
      throw new Error(
        `PostgreSQL ${server.versionName} is too old: Weir is tried on 15 and 18. Use one of 15 or newer.`,
      );
    if (server?.exists === true) return;
    try {
      await client.query(`CREATE ROLE ${SERVICE_ROLE}`);
    } catch (cause) {
      if (!(cause instanceof Error && 'code' in cause && cause.code === INSUFFICIENT_PRIVILEGE)) throw cause;
      throw new Error(
        `The role ${SERVICE_ROLE} is missing and this login may not create it. Run once as an administrator: CREATE ROLE ${SERVICE_ROLE};`,
        { cause },
      );
    }
  });
