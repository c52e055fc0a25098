import pg from 'pg';

/** Asks over a connection of its own, which is closed again; that a kill cuts it is a fault of the question alone. */
export const asking = async <Answer>(url: string, work: (client: pg.Client) => Promise<Answer>): Promise<Answer> => {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => undefined);
  try {
    await client.connect();
    return await work(client);
  } finally {
    await client.end().catch(() => undefined);
  }
};
