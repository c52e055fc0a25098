import type pg from 'pg';
import { withClient } from './open-client.js';
import { Standstill } from './standstill.js';

/** What answers for PostgreSQL hands one session to several connections. No trying again helps, only another address or mode. */
export class SessionsAreShared extends Standstill {
  override readonly name = 'SessionsAreShared';

  constructor(cause?: unknown) {
    super(
      'DATABASE_URL leads to a pooler that gives a connection another session with each transaction (pool_mode = transaction or statement in PgBouncer). Weir holds locks, listens and sets time limits in its sessions. Set the pooler to pool_mode = session for this database, or give the address of PostgreSQL itself.',
      { cause },
    );
  }
}

/** In traffic of others one look may see nothing: somebody else had the session of the first for a moment. */
const LOOKS = 3;
/** What PgBouncer says to BEGIN in mode statement. */
const NO_TRANSACTIONS = /transaction blocks not allowed/;

/**
 * Asks whether each connection has a session of its own. A pooler by transactions gives what the first has just left to
 * the transaction of the second, or another session to the first while the second holds its own.
 * @throws SessionsAreShared when it is not so.
 */
export const requireOwnSessions = async (databaseUrl: string): Promise<void> => {
  const options = { databaseUrl, name: 'weir start' };
  await withClient(options, (first) => withClient(options, (second) => compare(first, second)));
};

const compare = async (first: pg.Client, second: pg.Client): Promise<void> => {
  for (let look = 1; look <= LOOKS; look += 1) {
    const before = await sessionOf(first);
    await second.query('BEGIN').catch((fault: unknown) => {
      throw fault instanceof Error && NO_TRANSACTIONS.test(fault.message) ? new SessionsAreShared(fault) : fault;
    });
    const [others, after] = [await sessionOf(second), await sessionOf(first)];
    await second.query('COMMIT');
    if (before === others || before !== after) throw new SessionsAreShared();
  }
};

const sessionOf = async (client: pg.Client): Promise<number> => {
  const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
  return rows[0]?.pid ?? 0;
};
