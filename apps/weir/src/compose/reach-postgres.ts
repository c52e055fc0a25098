import { placeOfDatabase, withClient } from '@weir/postgres';
import type pg from 'pg';

/**
 * Runs `work` on a connection of its own. What cannot be reached, or may not be used, is told by its name and with the
 * cure; what goes wrong afterwards stays what it is.
 */
export const onPostgres = async <Result>(
  databaseUrl: string,
  name: string,
  work: (client: pg.Client) => Promise<Result>,
): Promise<Result> => {
  let isReached = false;
  try {
    return await withClient({ databaseUrl, name }, (client) => {
      isReached = true;
      return work(client);
    });
  } catch (cause) {
    if (isReached) throw cause;
    const { host, database } = placeOfDatabase(databaseUrl);
    const user = decodeURIComponent(new URL(databaseUrl).username) || 'the account of this process';
    throw new Error(
      `PostgreSQL at ${host} cannot be used as ${user} for database ${database}. Check that it runs and that DATABASE_URL, such as postgres://user:password@host:5432/name, is right.`,
      { cause },
    );
  }
};
