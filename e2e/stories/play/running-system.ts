import pg from 'pg';
import { startHost, type Host, type HostOptions } from '../host/host-process.ts';

/** A host that is killed and started again, with a connection of the database's owner. */
export interface RunningSystem {
  host(): Host;
  database(): pg.Client;
  /** What it runs with. */
  options(): HostOptions;
  kill(isPostgresToo: boolean): Promise<void>;
  /** Starts it again after a kill, with its clock at `now`. */
  start(now: string, changes?: Partial<HostOptions>): Promise<void>;
  close(): Promise<void>;
}

export const runSystem = async (first: HostOptions): Promise<RunningSystem> => {
  let options = first;
  let host = await startHost(options);
  let database = await connect(host);
  return {
    host: () => host,
    database: () => database,
    options: () => options,
    kill: async (isPostgresToo) => {
      await database.end().catch(() => undefined);
      await (isPostgresToo ? host.killWithPostgres() : host.kill());
    },
    start: async (now, changes = {}) => {
      options = { ...options, ...changes, now };
      host = await startHost(options);
      database = await connect(host);
    },
    close: async () => {
      await database.end().catch(() => undefined);
      await host.kill();
    },
  };
};

const connect = async ({ databaseUrl }: Host): Promise<pg.Client> => {
  const client = new pg.Client({ connectionString: databaseUrl });
  // A server that is killed ends its connections; whoever uses this one next is told.
  client.on('error', () => undefined);
  await client.connect();
  return client;
};
