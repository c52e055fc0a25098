import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { pino } from 'pino';
import { afterAll, beforeAll, beforeEach, expect, onTestFinished, test } from 'vitest';
import { oneOf, randomChoices } from '../../../tools/testing/random-choice.js';
import { createTestDatabase, type TestDatabase } from '../../../tools/testing/test-database.js';
import { openPool, type PoolLimits } from './open-pool.js';
import { inTransaction } from './transaction.js';
import { isTransient } from './transient-fault.js';

let database: TestDatabase;
const unheard: unknown[] = [];
const keep = (fault: unknown) => unheard.push(fault);
beforeAll(async () => {
  database = await createTestDatabase();
  process.on('uncaughtException', keep).on('unhandledRejection', keep);
});
afterAll(async () => {
  process.off('uncaughtException', keep).off('unhandledRejection', keep);
  await database.drop();
});
beforeEach(() => void unheard.splice(0));

const logger = pino({ level: 'silent' });
const pool = (databaseUrl: string, name: string, limits: PoolLimits = {}) =>
  openPool({ databaseUrl, name, logger, ...limits });
type Pool = ReturnType<typeof pool>;

/** What services do with a pool; a fault is what PostgreSQL's end of a connection makes of it. */
const USES: Readonly<Record<string, (used: Pool) => Promise<unknown>>> = {
  query: (used) => used.query('SELECT 1'),
  transaction: (used) => inTransaction(used, (client) => client.query('SELECT 1')),
  'query of a client that is given back': async (used) => {
    const client = await used.connect();
    try {
      return await client.query('SELECT 1');
    } finally {
      client.release();
    }
  },
  'client that is closed': async (used) => (await used.connect()).release(true),
};

const message = (type: string, ...fields: readonly Buffer[]): Buffer => {
  const body = Buffer.concat(fields);
  const length = Buffer.alloc(4);
  length.writeInt32BE(body.length + 4);
  return Buffer.concat([Buffer.from(type), length, body]);
};
/** As PostgreSQL's manual has them, "Message Formats": AuthenticationOk, ReadyForQuery (idle), ErrorResponse. */
const READY_AND_ENDED = Buffer.concat([
  message('R', Buffer.alloc(4)),
  message('Z', Buffer.from('I')),
  message('E', Buffer.from('SFATAL\0C57P01\0Mterminating connection due to administrator command\0\0', 'latin1')),
]);

test.each(Object.keys(USES))(
  'a connection that is ready and ended in one breath does not end the process: %s',
  async (use) => {
    const server = createServer((socket) => {
      socket.on('error', () => undefined).once('data', () => socket.end(READY_AND_ENDED));
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    onTestFinished(() => void server.close());
    const used = pool(`postgres://weir@127.0.0.1:${(server.address() as AddressInfo).port}/weir`, 'ended at once');
    const [outcome] = await Promise.allSettled([USES[use]?.(used)]);
    await used.end();
    if (outcome?.status === 'rejected') expect(isTransient(outcome.reason), String(outcome.reason)).toBe(true);
    expect(unheard).toEqual([]);
  },
);

test('PostgreSQL may end connections at any moment of a pool: each use answers or can be tried again, and the next pool works', async () => {
  const random = randomChoices(20_261_130);
  const killer = pool(database.serviceUrl, 'killer', { connections: 1 });
  onTestFinished(() => killer.end());
  let answered = 0;
  for (let round = 0; round < 25; round += 1) {
    // Who waits for a connection of a pool that ends is told so when the time to wait is over.
    const pools = Array.from({ length: 3 }, () =>
      pool(database.serviceUrl, 'killed', { connections: 1 + random(5), connectMillis: 300 }),
    );
    const uses = pools.flatMap((used) => Array.from({ length: 6 }, () => oneOf(random, Object.values(USES))(used)));
    const outcomes = Promise.allSettled(uses);
    for (let kill = random(4); kill >= 0; kill -= 1) {
      await killer.query(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'killed'`);
      keepBusy(random(15));
    }
    const ended = random(2) === 0 ? outcomes.then(() => pools) : Promise.resolve(pools);
    await Promise.all((await ended).map((used) => used.end()));
    await killer.query(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'killed'`);
    const faults = (await outcomes).flatMap((one) => (one.status === 'rejected' ? [one.reason as Error] : []));
    expect(faults.filter((fault) => !isTransient(fault) && !/after calling end/.test(fault.message))).toEqual([]);
    answered += uses.length - faults.length;
  }
  expect(unheard).toEqual([]);
  expect(answered).toBeGreaterThan(25);
});

/** A process under load reads what came meanwhile at once: that it is ready, and that it is ended. */
const keepBusy = (millis: number): void => {
  for (const until = performance.now() + millis; performance.now() < until;);
};
