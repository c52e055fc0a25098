import type pg from 'pg';

/**
 * Runs `work` in one READ COMMITTED transaction: committed when it returns, rolled back when it throws.
 * Each statement sees what was committed before it; what is said about locks in feed-lock.ts rests on that.
 */
export const inTransaction = async <T>(pool: pg.Pool, work: (client: pg.PoolClient) => Promise<T>): Promise<T> => {
  const client = await pool.connect();
  let broken: Error | undefined;
  const onError = (error: Error): void => void (broken = error);
  client.on('error', onError);
  try {
    await client.query('BEGIN ISOLATION LEVEL READ COMMITTED');
    const result = await work(client);
    await client.query('COMMIT');
    return result;
  } catch (fault) {
    broken ??= await rollBack(client);
    throw fault;
  } finally {
    client.removeListener('error', onError);
    client.release(broken);
  }
};

/** Undefined when the connection can be used again. */
const rollBack = async (client: pg.PoolClient): Promise<Error | undefined> => {
  try {
    await client.query('ROLLBACK');
    return undefined;
  } catch (fault) {
    return fault instanceof Error ? fault : new Error('ROLLBACK failed', { cause: fault });
  }
};
