import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';

/** Message DB (github.com/message-db/message-db), the event store as functions of PostgreSQL. Its SQL is not part of this repository. */
export interface MessageDb {
  /** Writes as its users do: one `write_message` a message, each of the clients one after the other into a category of its own. */
  write(messages: readonly { readonly data: string; readonly metadata: string }[]): Promise<void>;
  count(): Promise<number>;
  close(): Promise<void>;
}

/** The folder `database` of Message DB's sources, by MESSAGE_DB. */
export const messageDbFolder = (): string | null => {
  const folder = process.env['MESSAGE_DB'] ?? '';
  return folder !== '' && existsSync(join(folder, 'functions', 'write-message.sql')) ? folder : null;
};

/** In the order of its install.sh; views and the role are not needed to write. */
const STEPS = ['schema', 'extensions', 'tables', 'types', 'functions', 'indexes'];
const DATABASE = 'message_store';

/** Installs it as a database of its own on the same server and opens `clients` connections. */
export const openMessageDb = async (folder: string, ownerUrl: string, clients: number): Promise<MessageDb> => {
  await onServer(ownerUrl, `CREATE DATABASE ${DATABASE}`);
  const url = ownerUrl.replace(/\/[^/]*$/, `/${DATABASE}`);
  await install(folder, url);
  const connections = Array.from(
    { length: clients },
    () => new pg.Client({ connectionString: url, options: '-c search_path=message_store,public' }),
  );
  await Promise.all(connections.map((client) => client.connect()));
  return {
    write: async (messages) => {
      let next = 0;
      const writer = async (client: pg.Client, index: number): Promise<void> => {
        for (let message = messages[next++]; message !== undefined; message = messages[next++]) {
          await client.query({
            name: 'write',
            text: 'SELECT write_message(gen_random_uuid()::varchar, $1, $2, $3::jsonb, $4::jsonb)',
            values: [`decision${index}-${next}`, 'PackageEvaluated', message.data, message.metadata],
          });
        }
      };
      await Promise.all(connections.map(writer));
    },
    count: async () =>
      Number((await connections[0]?.query<{ count: string }>('SELECT count(*) FROM messages'))?.rows[0]?.count ?? 0),
    close: async () => {
      await Promise.all(connections.map((client) => client.end()));
    },
  };
};

const install = async (folder: string, url: string): Promise<void> => {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    for (const step of STEPS) {
      for (const file of readdirSync(join(folder, step)).sort())
        await client.query(
          `SET search_path = message_store, public; SET check_function_bodies = off; ${readFileSync(join(folder, step, file), 'utf8')}`,
        );
    }
  } finally {
    await client.end();
  }
};

const onServer = async (url: string, statement: string): Promise<void> => {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
};
