import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { inject } from 'vitest';

export interface TestDatabase {
  readonly ownerUrl: string;
  readonly serviceUrl: string;
  drop(): Promise<void>;
}

/** An empty database of its own for one test file, on the PostgreSQL of the run. */
export const createTestDatabase = async (): Promise<TestDatabase> => {
  const name = `test_${randomBytes(6).toString('hex')}`;
  const owner = inject('ownerUrl');
  await onServer(owner, `CREATE DATABASE ${name}`);
  const at = (url: string) => url.replace(/\/[^/]*$/, `/${name}`);
  return {
    ownerUrl: at(owner),
    serviceUrl: at(inject('serviceUrl')),
    drop: () => onServer(owner, `DROP DATABASE ${name} WITH (FORCE)`),
  };
};

const onServer = async (url: string, statement: string): Promise<void> => {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => undefined); // What was lost is told by the next query.
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
};
