import { context } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { InMemorySpanExporter, SimpleSpanProcessor, TracerProvider, type ReadableSpan } from '@opentelemetry/sdk-trace';
import pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../../tools/testing/test-database.js';
import { openTestPool } from '../../../../tools/testing/test-pool.js';
import { inSpan } from './in-span.js';
import { traceQueries } from './trace-queries.js';
import { useTracers } from './tracers.js';
import { SPANS } from '../names.js';

const exporter = new InMemorySpanExporter();
const queryNow = (): unknown => Reflect.get(pg.Client.prototype, 'query');
const untouched = queryNow();
let database: TestDatabase;
let pool: pg.Pool;
let untrace: () => void;
beforeAll(async () => {
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  const provider = new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter })] });
  useTracers(() => provider.getTracer('test'));
  untrace = traceQueries();
  database = await createTestDatabase();
  pool = openTestPool(database.ownerUrl, 1);
  // Whoever opens a connection sees the statement that limits it, too: it is open before anybody counts.
  await pool.query('SELECT 1');
});
beforeEach(() => exporter.reset());
afterAll(async () => {
  untrace();
  useTracers(null);
  context.disable();
  await pool.end();
  await database.drop();
  expect(queryNow()).toBe(untouched);
});

const within = <T>(work: () => Promise<T>): Promise<T> =>
  inSpan({ service: 'api', name: SPANS.append, parent: null }, work);
const statements = (): readonly ReadableSpan[] =>
  exporter.getFinishedSpans().filter(({ attributes }) => attributes['db.system.name'] === 'postgresql');

describe('a statement', () => {
  test('within a span is a client span below it, however it is made', async () => {
    await within(async () => {
      await pool.query('SELECT 1 AS one');
      await pool.query({ text: 'SELECT $1::int AS one', values: [1] });
      const client = await pool.connect();
      await client.query('SELECT $1::text AS two', ['secret']);
      await new Promise((resolve) => client.query('SELECT 3 AS three', resolve));
      client.release();
    });
    const [parent] = exporter.getFinishedSpans().filter(({ name }) => name === SPANS.append);
    expect(statements()).toHaveLength(4);
    for (const span of statements()) {
      expect(span.parentSpanContext?.spanId).toBe(parent?.spanContext().spanId);
      expect(span.attributes).toMatchObject({
        'db.query.summary': 'SELECT',
        'db.namespace': new URL(database.ownerUrl).pathname.slice(1),
        'server.address': '127.0.0.1',
        'server.port': Number(new URL(database.ownerUrl).port),
      });
    }
    expect(statements().map(({ attributes }) => attributes['db.query.text'])).toEqual([
      undefined,
      'SELECT $1::int AS one',
      'SELECT $1::text AS two',
      undefined,
    ]);
    expect(JSON.stringify(statements().map(({ attributes }) => attributes))).not.toContain('secret');
  });

  test('outside a span has none', async () => {
    await pool.query('SELECT 1');
    expect(exporter.getFinishedSpans()).toEqual([]);
  });

  test('that fails says why by the code of PostgreSQL, and the fault comes as it was', async () => {
    await within(async () => {
      await expect(pool.query('SELECT * FROM nowhere.at_all')).rejects.toMatchObject({ code: '42P01' });
    });
    expect(statements().map(({ attributes, status }) => ({ ...attributes, ...status }))).toMatchObject([
      { 'error.type': '42P01', 'db.response.status_code': '42P01', 'db.query.summary': 'SELECT nowhere.at_all' },
    ]);
  });

  test('that waited for a connection belongs to who made it, not to who gave the connection back', async () => {
    const held = await pool.connect();
    const waiting = within(() => pool.query('SELECT $1::int AS waited', [1]));
    await within(async () => {
      held.release();
      await Promise.resolve();
    });
    await waiting;
    const [statement] = statements();
    const parents = exporter.getFinishedSpans().filter(({ name }) => name === SPANS.append);
    const own = parents.find((span) => span.spanContext().spanId === statement?.parentSpanContext?.spanId);
    expect(own?.endTime).toEqual(parents.at(-1)?.endTime);
    expect(statement?.spanContext().traceId).toBe(own?.spanContext().traceId);
  });
});
