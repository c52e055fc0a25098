import type pg from 'pg';

/** Runs `work` in one transaction of a pooled connection; a connection that cannot roll back is thrown away. */
export const inTransaction = async <T>(pool: pg.Pool, work: (client: pg.ClientBase) => Promise<T>): Promise<T> => {
  const client = await pool.connect();
  let isBroken = false;
  try {
    await client.query('BEGIN');
    const result = await work(client);
    await client.query('COMMIT');
    return result;
  } catch (fault) {
    await client.query('ROLLBACK').catch(() => (isBroken = true));
    throw fault;
  } finally {
    client.release(isBroken);
  }
};
