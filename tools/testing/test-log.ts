import type pg from 'pg';
import {
  eventStoreMigrations,
  openEventStore,
  type EventCatalog,
  type EventStore,
  type NewEvent,
} from '@weir/event-store';
import { migrateTestDatabase } from './migrate-test-database.js';
import { createTestDatabase, type TestDatabase } from './test-database.js';
import { openTestPool } from './test-pool.js';

/** The one type of event that these tests make up. */
export const TEST_CATALOG: EventCatalog = { TestHappened: { newest: 1, upcasters: [] } };

export interface TestLog {
  readonly database: TestDatabase;
  /** Connected as weir_service. */
  readonly pool: pg.Pool;
  /** Connected as the owner: may do what nobody should. */
  readonly owner: pg.Pool;
  readonly store: EventStore;
  drop(): Promise<void>;
}

/** An empty decision log in a database of its own. */
export const createTestLog = async (): Promise<TestLog> => {
  const database = await createTestDatabase();
  await migrateTestDatabase(database, eventStoreMigrations);
  const [pool, owner] = [openTestPool(database.serviceUrl), openTestPool(database.ownerUrl)];
  const drop = async (): Promise<void> => {
    await Promise.all([pool.end(), owner.end()]);
    await database.drop();
  };
  return { database, pool, owner, store: openEventStore(pool, TEST_CATALOG), drop };
};

/** A made-up event, one for each number. */
export const testEvent = (number: number, data: object = {}): NewEvent => ({
  type: 'TestHappened',
  version: 1,
  subject: `acme/npm-local/pkg:npm/left-pad@1.0.${number}`,
  data: { number, ...data },
  metadata: { causationId: `cause-${number}`, actor: 'test' },
  occurredAt: '2026-08-02T09:30:00.000Z',
});

/** As many made-up events as asked for. */
export const testEvents = (count: number, from = 0): readonly NewEvent[] =>
  Array.from({ length: count }, (_, index) => testEvent(from + index));
