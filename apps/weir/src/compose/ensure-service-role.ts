import { SERVICE_ROLE } from '@weir/postgres';
import pg from 'pg';
import { reach } from './reach-postgres.js';

/**
 * Makes the role that services act as, when the login may: migrations grant to it. Nobody becomes a member of it here;
 * who logs in for the services is made so by an administrator (deploy/postgres/roles.sql).
 */
export const ensureServiceRole = async (ownerUrl: string): Promise<void> => {
  const client = new pg.Client({ connectionString: ownerUrl, application_name: 'weir migrate' });
  client.on('error', () => undefined); // What was lost is told by the next query.
  await reach(client);
  try {
    const { rowCount } = await client.query('SELECT 1 FROM pg_roles WHERE rolname = $1', [SERVICE_ROLE]);
    if (rowCount === 0) await client.query(`CREATE ROLE ${SERVICE_ROLE}`);
  } catch (cause) {
    throw new Error(
      `The role ${SERVICE_ROLE} is missing and this login may not create it. Run once as an administrator: CREATE ROLE ${SERVICE_ROLE};`,
      { cause },
    );
  } finally {
    await client.end();
  }
};
