import type pg from 'pg';

/** What cannot be reached, or may not be used, by its name and with the cure. */
export const reach = async (client: pg.Client): Promise<void> => {
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
