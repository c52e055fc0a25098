import type pg from 'pg';
import { isSilence, waitForAnswers } from './answer-limit.js';
import { atOnce } from './at-once.js';

export interface TransactionOptions {
  /** Most milliseconds between two statements before PostgreSQL ends the connection; 10,000 unless told, 0 for no limit. */
  readonly idleMillis?: number;
  /**
   * Most milliseconds of one statement, and of its waiting for a lock; those of the pool unless told, 0 for no limit.
   */
  readonly statementMillis?: number;
  readonly lockMillis?: number;
  /**
   * 'lost' when a crash of PostgreSQL may take back what was committed in the last second: only of what is made again by
   * itself then. It waits for no disk. 'kept' unless told.
   */
  readonly inCrash?: 'kept' | 'lost';
}

/** What goes to the server together with the beginning of the transaction, see `atOnce`; `work` gets its answer. */
export interface FirstAsked<First> {
  readonly first?: (client: pg.PoolClient) => Promise<First>;
}

/** A process that is stopped in the middle must not hold a shard's head: the server ends its connection. */
const IDLE_MILLIS = 10_000;

/**
 * Runs `work` in one READ COMMITTED transaction on one connection: committed when it returns, rolled back when it
 * throws. Each statement sees what was committed before it, whatever the database's own default is.
 * Invariant: it resolves only after PostgreSQL confirmed the commit.
 */
export const inTransaction = async <T, First = undefined>(
  pool: pg.Pool,
  work: (client: pg.PoolClient, first: First) => Promise<T>,
  options: TransactionOptions & FirstAsked<First> = {},
): Promise<T> => {
  const client = await pool.connect();
  // A connection that breaks between two queries emits an error that nobody else would hear.
  let broken: Error | undefined;
  const onError = (error: Error) => (broken = error);
  client.on('error', onError);
  const restore = waitForAnswers(client, options.statementMillis);
  try {
    const result = await work(client, await begin(client, options));
    await commit(client);
    return result;
  } catch (fault) {
    broken ??= isSilence(fault) ? fault : await rollBack(client);
    throw fault;
  } finally {
    restore();
    client.removeListener('error', onError);
    client.release(broken);
  }
};

const begin = async <First>(client: pg.PoolClient, options: TransactionOptions & FirstAsked<First>): Promise<First> => {
  const text = `BEGIN ISOLATION LEVEL READ COMMITTED; ${limitsOf(options)}`;
  const { first } = options;
  if (first === undefined) {
    await client.query(text);
    return undefined as First;
  }
  const [, answer] = await atOnce<[unknown, First]>(client, () => [client.query(text), first(client)]);
  return answer;
};

/** One round trip with BEGIN, and over with the transaction. */
const limitsOf = ({ idleMillis = IDLE_MILLIS, statementMillis, lockMillis, inCrash }: TransactionOptions): string =>
  Object.entries({
    idle_in_transaction_session_timeout: idleMillis,
    statement_timeout: statementMillis,
    lock_timeout: lockMillis,
  })
    .filter((limit): limit is [string, number] => limit[1] !== undefined)
    .map(([name, millis]) => `SET LOCAL ${name} = ${Math.trunc(millis)}`)
    .concat(inCrash === 'lost' ? ['SET LOCAL synchronous_commit = off'] : [])
    .join('; ');

const commit = async (client: pg.PoolClient): Promise<void> => {
  const { command } = await client.query('COMMIT');
  // PostgreSQL answers COMMIT with ROLLBACK, and without an error, when a failed statement was ignored before.
  if (command !== 'COMMIT')
    throw new Error('The transaction was rolled back: a statement in it had failed and the fault was not passed on.');
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
