import pg from 'pg';
import { z } from 'zod';
import { answerMillisOf } from './answer-limit.js';
import { connectionStringOf } from './connection-string.js';
import { limitSession } from './limit-session.js';
import type { Logger } from './logger.js';
import { requireServiceLogin } from './service-login.js';

/** What an operator may have to set of a service's connections to PostgreSQL; `poolLimitsOf` makes options of it. */
export const databaseFields = {
  DATABASE_CONNECTIONS: z.coerce
    .number()
    .int()
    .min(2)
    .max(1000)
    .optional()
    .describe('Connections to PostgreSQL that are open at once at most; as many as the service needs unless set'),
  DATABASE_STATEMENT_MS: z.coerce
    .number()
    .int()
    .min(100)
    .max(3_600_000)
    .default(30_000)
    .describe(
      'Milliseconds one statement may take before it is ended and tried again later; what takes long by its nature has limits of its own',
    ),
};

export interface PoolLimits {
  /** Open at once at most; 10 unless told. */
  readonly connections?: number;
  /** Milliseconds a statement may take; 30,000 unless told, 0 for no limit. */
  readonly statementMillis?: number;
  /** Milliseconds a statement may wait for a lock; 10,000 unless told, 0 for no limit. */
  readonly lockMillis?: number;
  /** Milliseconds to wait for a connection, or for the server to answer; 10,000 unless told. */
  readonly connectMillis?: number;
}

export interface PoolOptions extends PoolLimits {
  readonly databaseUrl: string;
  /** Names the connections to whoever looks at pg_stat_activity. */
  readonly name: string;
  readonly logger: Logger;
  /**
   * Who may be logged in: one who cannot change what was recorded unless told, `anybody` for what an operator runs by hand.
   */
  readonly login?: 'service' | 'anybody';
  /** A statement that each new connection runs before anybody gets it. */
  readonly prepare?: string;
}

/** Of a pool that says nothing of it. */
export const DEFAULT_CONNECTIONS = 10;
export const STATEMENT_MS = 30_000;
/** Less than a statement may take, so that who holds the lock is told of before the statement is too slow. */
const LOCK_MS = 10_000;
export const CONNECT_MS = 10_000;

/**
 * Connections of which nothing waits for ever: for a free one, for the server, for a lock, for a statement, for an answer
 * of a server that has become silent. What goes beyond a limit can be tried again (`isTransient`); `asRetryable` says which limit it was and what to do. The caller
 * ends it.
 * Invariant: no query of a service runs under a login that could change what was recorded (`LoginMayChangeLog`).
 * Invariant: whenever the server ends a connection, while it is opened, idle, in use or closing, the process goes on.
 */
export const openPool = ({
  databaseUrl,
  name,
  logger,
  login = 'service',
  prepare,
  ...limits
}: PoolOptions): pg.Pool => {
  const {
    connections = DEFAULT_CONNECTIONS,
    statementMillis = STATEMENT_MS,
    lockMillis = LOCK_MS,
    connectMillis = CONNECT_MS,
  } = limits;
  const requireLogin = login === 'service' ? requireOnce() : null;
  const pool = new pg.Pool({
    connectionString: connectionStringOf(databaseUrl),
    application_name: name,
    max: connections,
    keepAlive: true,
    query_timeout: answerMillisOf(statementMillis),
    connectionTimeoutMillis: connectMillis,
    verify: verifying(async (client) => {
      await limitSession(client, { statementMillis, lockMillis });
      await requireLogin?.(client);
      if (prepare !== undefined) await client.query(prepare);
    }),
  });
  // pg-pool takes its listener off before whoever asked has the client, and the server may end it in between: an error that
  // nobody hears ends the process. What was lost is told by the next query on the client, which can be tried again.
  pool.on('connect', (client) => client.on('error', () => undefined));
  pool.on('error', (fault) => {
    // While ending, the server may still tell a connection that it closes.
    if (!pool.ending)
      logger.warn({ err: fault, pool: name }, 'A database connection was lost; the next query opens another');
  });
  return pool;
};

type Check = (client: pg.ClientBase) => Promise<void>;

const verifying =
  (verify: Check): NonNullable<pg.PoolConfig['verify']> =>
  (client, done) => {
    verify(client).then(
      () => done(),
      (fault: unknown) =>
        done(fault instanceof Error ? fault : new Error('The connection was not made ready', { cause: fault })),
    );
  };

/** Asks the first connections, until one was found right: all of a pool have the same login. */
const requireOnce = (): Check => {
  let isRight = false;
  return async (client) => {
    if (isRight) return;
    await requireServiceLogin(client);
    isRight = true;
  };
};

type DatabaseSettings = z.output<z.ZodObject<typeof databaseFields>>;

/** The limits as they are configured; `connections` is what the service needs. */
export const poolLimitsOf = (config: DatabaseSettings, connections = DEFAULT_CONNECTIONS): PoolLimits => ({
  connections: config.DATABASE_CONNECTIONS ?? connections,
  statementMillis: config.DATABASE_STATEMENT_MS,
});
