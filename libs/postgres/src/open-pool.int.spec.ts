import pg from 'pg';
import { pino } from 'pino';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../tools/testing/test-database.js';
import { asRetryable, reaching } from './as-retryable.js';
import { openPool, type PoolLimits } from './open-pool.js';
import { Retryable } from './retryable.js';
import { inTransaction } from './transaction.js';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
  const owner = new pg.Client({ connectionString: database.ownerUrl });
  await owner.connect();
  await owner.query('CREATE TABLE shelf (id int PRIMARY KEY, book text); INSERT INTO shelf VALUES (1, $$a$$)');
  await owner.end();
});
afterAll(() => database.drop());

const logger = pino({ level: 'silent' });
const pool = (limits: PoolLimits) => {
  const opened = openPool({ databaseUrl: database.ownerUrl, name: 'limits', logger, login: 'anybody', ...limits });
  onTestFinished(() => opened.end());
  return opened;
};
const faultOf = (work: () => Promise<unknown>): Promise<unknown> =>
  reaching('The shelf', work).then(
    () => null,
    (fault: unknown) => fault,
  );

/** Holds the row for as long as `work` runs. */
const whileLocked = async (work: () => Promise<void>): Promise<void> => {
  await inTransaction(pool({}), async (client) => {
    await client.query('SELECT FROM shelf WHERE id = 1 FOR UPDATE');
    await work();
  });
};

test('a lock that another session holds ends a statement within the limit, and the pool goes on', async () => {
  const limited = pool({ connections: 1, lockMillis: 200 });
  await whileLocked(async () => {
    const fault = await faultOf(() => limited.query('UPDATE shelf SET book = $1 WHERE id = 1', ['b']));
    expect(fault).toBeInstanceOf(Retryable);
    expect((fault as Error).message).toMatch(/^The shelf cannot be used now: .*lock_timeout: see pg_locks/);
    expect((await limited.query('SELECT book FROM shelf')).rows).toEqual([{ book: 'a' }]);
  });
  await limited.query('UPDATE shelf SET book = $1 WHERE id = 1', ['b']);
  expect((await limited.query('SELECT book FROM shelf')).rows).toEqual([{ book: 'b' }]);
});

test('a statement that takes too long is ended, says so with the cure, and can be tried again', async () => {
  const limited = pool({ connections: 1, statementMillis: 200 });
  const fault = await faultOf(() => limited.query('SELECT pg_sleep(30)'));
  expect(fault).toBeInstanceOf(Retryable);
  expect((fault as Error).message).toContain('raise DATABASE_STATEMENT_MS');
  expect((await limited.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);
});

test('a pool without a free connection tells so, and hands one out when there is one', async () => {
  const limited = pool({ connections: 1, connectMillis: 100 });
  const taken = await limited.connect();
  const fault = await faultOf(() => limited.query('SELECT 1'));
  expect(fault).toBeInstanceOf(Retryable);
  expect((fault as Error).message).toMatch(/no connection became free: .* raise DATABASE_CONNECTIONS$/);
  taken.release();
  expect((await limited.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);
});

test('a transaction may have limits of its own, which end with it', async () => {
  const limited = pool({ connections: 1, statementMillis: 200, lockMillis: 150 });
  await inTransaction(limited, (client) => client.query('SELECT pg_sleep(0.4)'), { statementMillis: 0 });
  await expect(
    inTransaction(limited, (client) => client.query('SELECT pg_sleep(30)'), { statementMillis: 50 }),
  ).rejects.toThrow('statement timeout');
  const { rows } = await limited.query<{ limit: string }>(
    `SELECT current_setting('statement_timeout') || ' ' || current_setting('lock_timeout') AS limit`,
  );
  expect(rows).toEqual([{ limit: '200ms 150ms' }]);
});

test('connections are named, and one that is ended while it idles is replaced', async () => {
  const [limited, other] = [pool({ connections: 1 }), pool({ connections: 1 })];
  const { rows } = await limited.query<{ pid: number; name: string }>(
    `SELECT pid, application_name AS name FROM pg_stat_activity WHERE pid = pg_backend_pid()`,
  );
  expect(rows[0]?.name).toBe('limits');
  const lost = new Promise((resolve) => limited.once('error', resolve));
  await other.query('SELECT pg_terminate_backend($1)', [rows[0]?.pid]);
  await lost;
  expect((await limited.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);
});

test('a fault that trying again cannot cure stays what it is', async () => {
  const fault = await faultOf(() => pool({}).query('SELECT FROM nothing'));
  expect(fault).not.toBeInstanceOf(Retryable);
  expect(asRetryable('not even an error', 'The shelf')).toBe('not even an error');
});
