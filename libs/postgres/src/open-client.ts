import pg from 'pg';
import { answerMillisOf } from './answer-limit.js';
import { connectionStringOf } from './connection-string.js';
import { limitSession } from './limit-session.js';
import { CONNECT_MS, STATEMENT_MS } from './open-pool.js';

export interface ClientOptions {
  readonly databaseUrl: string;
  /** Names the connection to whoever looks at pg_stat_activity. */
  readonly name: string;
  /** Milliseconds until the server must have answered; 10,000 unless told. */
  readonly connectMillis?: number;
  /** Milliseconds a statement may take; 30,000 unless told, 0 for no limit. */
  readonly statementMillis?: number;
}

/** A connection of its own that is not opened yet, for `connectClient`. A connection that is lost is told by the next query. */
export const createClient = ({
  databaseUrl,
  name,
  connectMillis = CONNECT_MS,
  statementMillis = STATEMENT_MS,
}: ClientOptions): pg.Client => {
  const client = new pg.Client({
    connectionString: connectionStringOf(databaseUrl),
    application_name: name,
    keepAlive: true,
    connectionTimeoutMillis: connectMillis,
    query_timeout: answerMillisOf(statementMillis),
  });
  client.on('error', () => undefined);
  return client;
};

/** Opens it with the limits of a pool. */
export const connectClient = async (
  client: pg.Client,
  { statementMillis = STATEMENT_MS }: Pick<ClientOptions, 'statementMillis'>,
): Promise<void> => {
  await client.connect();
  await limitSession(client, { statementMillis });
};

/** Runs `work` on a connection of its own, and closes it. */
export const withClient = async <Result>(
  options: ClientOptions,
  work: (client: pg.Client) => Promise<Result>,
): Promise<Result> => {
  const client = createClient(options);
  try {
    await connectClient(client, options);
    return await work(client);
  } finally {
    await farewell(client);
  }
};

/** A server that says nothing does not answer the farewell either. */
const FAREWELL_MS = 1_000;

const farewell = async (client: pg.Client): Promise<void> => {
  const { promise, resolve } = Promise.withResolvers<undefined>();
  const timer = setTimeout(() => resolve(undefined), FAREWELL_MS);
  await Promise.race([client.end().catch(() => undefined), promise]);
  clearTimeout(timer);
};
