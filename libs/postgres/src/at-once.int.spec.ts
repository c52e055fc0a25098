import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../tools/testing/test-database.js';
import { openTestPool } from '../../../tools/testing/test-pool.js';
import { atOnce } from './at-once.js';
import { copyInto } from './copy-into.js';
import { inTransaction } from './transaction.js';

let database: TestDatabase;
let pool: pg.Pool;
beforeAll(async () => {
  database = await createTestDatabase();
  pool = openTestPool(database.ownerUrl);
  await pool.query('CREATE TABLE public.place (id integer PRIMARY KEY, name text)');
});
afterAll(async () => {
  await pool.end();
  await database.drop();
});

interface Socket {
  _writev(...given: unknown[]): void;
  _write(...given: unknown[]): void;
}

/** How often `work` writes to the connection. */
const writesOf = async (client: pg.ClientBase, work: () => Promise<unknown>): Promise<number> => {
  const { stream } = (client as unknown as { readonly connection: { readonly stream: Socket } }).connection;
  const spies = [vi.spyOn(stream, '_writev'), vi.spyOn(stream, '_write')];
  await work();
  const writes = spies.reduce((sum, { mock }) => sum + mock.calls.length, 0);
  for (const spy of spies) spy.mockRestore();
  return writes;
};

const now = async (client: pg.ClientBase): Promise<Date | undefined> =>
  (await client.query<{ at: Date }>('SELECT now() AS at')).rows[0]?.at;
const insert = (client: pg.ClientBase, id: number) =>
  client.query({ name: 'insert-place', text: 'INSERT INTO public.place (id) VALUES ($1)', values: [id] });
const count = async (client: Pick<pg.ClientBase, 'query'>): Promise<number> => {
  const { rows } = await client.query<{ count: number }>('SELECT count(*)::integer AS count FROM public.place');
  return rows[0]?.count ?? -1;
};

test('statements go out as one write, each sees what those before it did, and the next ones go as ever', async () => {
  await inTransaction(pool, async (client) => {
    let counts: readonly number[] = [];
    const ask = async () => {
      counts = await atOnce(client, () => [
        count(client),
        insert(client, 1).then(() => 0),
        count(client),
        insert(client, 2).then(() => 0),
        count(client),
      ]);
    };
    expect(await writesOf(client, ask)).toBe(1);
    expect(counts).toEqual([0, 0, 1, 0, 2]);
    const rows = Array.from({ length: 100 }, (_, index) => ({ id: 100 + index }));
    await copyInto(client, 'public.place', [{ name: 'id', type: 'integer', of: ({ id }) => id }], rows);
    expect(await count(client)).toBe(102);
    await client.query('DELETE FROM public.place');
  });
});

test('the first fault is thrown once nothing is under way any more, and the transaction and its connection are clean', async () => {
  const settled: string[] = [];
  const work = (client: pg.PoolClient) =>
    atOnce(client, () => [
      insert(client, 7).then(() => settled.push('first')),
      insert(client, 7),
      insert(client, 8),
      // A branch that goes on after the fault of another.
      count(client)
        .then(async () => count(client))
        .finally(() => settled.push('last')),
    ]);
  await expect(inTransaction(pool, work)).rejects.toMatchObject({ code: '23505' });
  expect(settled).toEqual(['first', 'last']);
  expect(await inTransaction(pool, (client) => count(client))).toBe(0);
  expect(pool.totalCount, 'no connection was given up').toBe(1);
});

test('the fault that is thrown is the cause of the others, though they are heard of earlier', async () => {
  const later = async (client: pg.ClientBase): Promise<void> => {
    await atOnce(client, () => [atOnce(client, () => [insert(client, 9), insert(client, 9)])]);
  };
  const work = (client: pg.PoolClient) => atOnce(client, () => [later(client), insert(client, 10)]);
  await expect(inTransaction(pool, work)).rejects.toMatchObject({ code: '23505' });
});

test('what begins a transaction goes out with what it first asks', async () => {
  const seen = await inTransaction(pool, async (client, first: Date | undefined) => [first, await now(client)], {
    first: now,
  });
  expect(seen[0], 'one transaction has one now()').toEqual(seen[1]);
  expect(seen[0]).toBeInstanceOf(Date);
  const refused = inTransaction(pool, () => Promise.resolve(), { first: (client) => client.query('SELECT 1 / 0') });
  await expect(refused).rejects.toMatchObject({ code: '22012' });
  expect(await count(pool)).toBe(0);
});

test('a connection that is lost meanwhile is a fault of each, and another one is opened', async () => {
  const lost = inTransaction(pool, async (client) => {
    const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
    const asked = atOnce(client, () => [client.query('SELECT pg_sleep(60)'), count(client)]);
    await sleep(20);
    await Promise.all([pool.query('SELECT pg_terminate_backend($1)', [rows[0]?.pid]), asked]);
  });
  await expect(lost).rejects.toThrow(/terminat/u);
  expect(await count(pool)).toBe(0);
});

test('nobody is warned of statements that wait for each other', async () => {
  const warned = vi.spyOn(process, 'emitWarning');
  await inTransaction(
    pool,
    (client) =>
      atOnce(client, () => [count(client), atOnce(client, () => [count(client), count(client)]), count(client)]),
    { first: (client) => count(client) },
  );
  expect(warned).not.toHaveBeenCalled();
  warned.mockRestore();
});
