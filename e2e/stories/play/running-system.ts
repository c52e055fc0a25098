import pg from 'pg';
import { startHost, type Host, type HostOptions } from '../host/host-process.ts';
import { removeData } from '../host/remove-data.ts';
import { storyTopics } from '../host/story-topics.ts';

/** A host that is killed and started again, with a connection of the database's owner. */
export interface RunningSystem {
  host(): Host;
  database(): pg.Client;
  /** The texts of all dead letters, wherever the topics are. */
  deadLetters(): Promise<readonly string[]>;
  kill(isPostgresToo: boolean): Promise<void>;
  /** Starts it, with its clock at `now`: for the first time, or again after a kill. */
  start(now: string, changes?: Partial<HostOptions>): Promise<void>;
  /** Ends what runs or is being started, for good, and removes what it left. */
  end(): Promise<void>;
}

interface Running {
  readonly host: Host;
  readonly database: pg.Client;
}

/** A system that runs once it is started. */
export const createSystem = (first: HostOptions): RunningSystem => {
  const ending = new AbortController();
  const topics = storyTopics(first.brokers, first.partitions);
  let options = first;
  let running: Running | null = null;
  let starting: Promise<void> = topics.make();
  starting.catch(() => undefined);

  const current = (): Running => {
    if (!running) throw new Error('The Weir of the stories does not run');
    return running;
  };
  const begin = async (): Promise<void> => {
    const host = await startHost(options, ending.signal);
    running = { host, database: await connect(host) };
  };
  const kill = async (isPostgresToo: boolean): Promise<void> => {
    await running?.database.end().catch(() => undefined);
    await (isPostgresToo ? running?.host.killWithPostgres() : running?.host.kill());
  };
  const end = async (): Promise<void> => {
    ending.abort();
    await starting.catch(() => undefined);
    await kill(false);
    await topics.remove();
    await removeData(first.dataDirectory);
  };
  let ended: Promise<void> | null = null;
  return {
    host: () => current().host,
    database: () => current().database,
    deadLetters: () => topics.deadLetters(current().database),
    kill,
    start: (now, changes = {}) => {
      options = { ...options, ...changes, now };
      starting = starting.then(begin);
      return starting;
    },
    end: () => (ended ??= end()),
  };
};

const connect = async ({ databaseUrl }: Host): Promise<pg.Client> => {
  const client = new pg.Client({ connectionString: databaseUrl });
  // A server that is killed ends its connections; whoever uses this one next is told.
  client.on('error', () => undefined);
  await client.connect();
  return client;
};
