import { createServer, connect, type AddressInfo, type Socket } from 'node:net';
import { once } from 'node:events';
import { pino } from 'pino';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../tools/testing/test-database.js';
import { reaching } from './as-retryable.js';
import { copyInto } from './copy-into.js';
import { withClient } from './open-client.js';
import { openPool } from './open-pool.js';
import { Retryable } from './retryable.js';
import { inTransaction } from './transaction.js';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

/** A proxy before PostgreSQL that, from `hush` on, takes everything and says nothing. */
const startProxy = async () => {
  const sockets = new Set<Socket>();
  let isSilent = false;
  const target = new URL(database.ownerUrl);
  const server = createServer((client) => {
    sockets.add(client);
    client.on('error', () => undefined);
    client.resume();
    if (isSilent) return;
    const upstream = connect(Number(target.port), target.hostname);
    sockets.add(upstream);
    upstream.on('error', () => undefined);
    const pass = (from: Socket, to: Socket) =>
      from.on('data', (bytes) => {
        if (!isSilent) to.write(bytes);
      });
    pass(client, upstream);
    pass(upstream, client);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const url = new URL(database.ownerUrl);
  url.port = String((server.address() as AddressInfo).port);
  return { url: url.href, hush: () => (isSilent = true), speak: () => (isSilent = false) };
};

const LIMITS = { statementMillis: 200, connectMillis: 400, connections: 2, login: 'anybody' as const };
const faultOf = (work: Promise<unknown>): Promise<unknown> =>
  reaching('The shelf', () => work).then(
    () => null,
    (fault: unknown) => fault,
  );

test.each<[use: string, run: (pool: ReturnType<typeof openPool>) => Promise<unknown>]>([
  ['a query', (pool) => pool.query('SELECT 1')],
  ['a transaction', (pool) => inTransaction(pool, (client) => client.query('SELECT 1'))],
  [
    'a transaction with a limit of its own',
    (pool) => inTransaction(pool, (client) => client.query('SELECT 1'), { statementMillis: 100 }),
  ],
  [
    'a copy',
    (pool) =>
      inTransaction(pool, (client) =>
        copyInto(client, 'shelf', [{ name: 'book', type: 'text', of: (book: string) => book }], ['a']),
      ),
  ],
])('a server that becomes silent is given up and told, by %s on a connection that was open before', async (_, run) => {
  const proxy = await startProxy();
  const pool = openPool({ databaseUrl: proxy.url, name: 'silent', logger: pino({ level: 'silent' }), ...LIMITS });
  onTestFinished(() => pool.end());
  await pool.query('CREATE TABLE IF NOT EXISTS shelf (book text)');
  proxy.hush();
  const fault = await faultOf(run(pool));
  expect(fault).toBeInstanceOf(Retryable);
  expect((fault as Error).message).toContain('took the question and said nothing');
  expect(((await faultOf(pool.query('SELECT 1'))) as Error).message).toContain('the server did not answer');
  proxy.speak();
  expect((await pool.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);
});

test('a connection of its own is given up in time where nobody answers', async () => {
  const proxy = await startProxy();
  proxy.hush();
  const connecting = withClient({ databaseUrl: proxy.url, name: 'silent', ...LIMITS }, (client) =>
    client.query('SELECT 1'),
  );
  expect(await faultOf(connecting)).toBeInstanceOf(Retryable);
});

test('a transaction without a limit waits as long as a statement takes, and leaves the limit of the pool behind', async () => {
  const pool = openPool({
    databaseUrl: database.ownerUrl,
    name: 'patient',
    logger: pino({ level: 'silent' }),
    connections: 1,
    statementMillis: 100,
    login: 'anybody',
  });
  onTestFinished(() => pool.end());
  await inTransaction(pool, (client) => client.query('SELECT pg_sleep(0.3)'), { statementMillis: 0 });
  const fault = await faultOf(pool.query('SELECT pg_sleep(30)'));
  expect((fault as Error).message).toContain('raise DATABASE_STATEMENT_MS');
});
