import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { eventCatalog } from '@weir/domain';
import { openEventStore, type EventStore, type NewEvent } from '@weir/event-store';
import { messagingMigrations, openEmbeddedTopics, type Topics } from '@weir/messaging';
import { TOPICS } from '@weir/contracts';
import { createLogger } from '@weir/service';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { evaluationMigrations } from '../evaluation-migrations.js';
import { migrateTestDatabase } from '../../../../tools/testing/migrate-test-database.js';
import { createTestLog, type TestLog } from '../../../../tools/testing/test-log.js';
import { relayShard } from './relay-shard.js';

let log: TestLog;
const history = join(import.meta.dirname, '../../../../libs/domain/src/decision/history');

let topics: Topics;
let store: EventStore;
beforeAll(async () => {
  log = await createTestLog();
  store = openEventStore(log.pool, eventCatalog);
  await migrateTestDatabase(log.database, [...messagingMigrations, ...evaluationMigrations]);
  topics = await openEmbeddedTopics({
    databaseUrl: log.database.serviceUrl,
    partitions: 1,
    logger: createLogger('test').child({}, { level: 'silent' }),
  });
});
afterAll(async () => {
  await topics.close();
  await log.drop();
});

/** An event as it is kept for good. */
const kept = (file: string): NewEvent => ({
  ...(JSON.parse(readFileSync(join(history, `${file}.json`), 'utf8')) as Pick<NewEvent, 'type' | 'version' | 'data'>),
  subject: 'acme/npm-production/pkg:npm/lodash@4.17.20',
  occurredAt: '2026-08-02T09:00:00.000Z',
});
const decisions = (count: number): readonly NewEvent[] =>
  Array.from({ length: count }, () => kept('decision-recorded.v4'));

const append = async (shard: string, events: readonly NewEvent[]): Promise<void> => {
  const writer = await store.openShard(shard);
  await writer.append({ events });
};
const noted = async (shard: string): Promise<number | undefined> => {
  const { rows } = await log.pool.query<{ next: number }>(
    'SELECT next_position::float8 AS next FROM evaluation.relay WHERE shard = $1',
    [shard],
  );
  return rows[0]?.next;
};
const published = async (shard: string): Promise<readonly string[]> =>
  (await topics.peek(TOPICS.decisions, 0, 0, 1_000))
    .filter(({ headers }) => headers['weir-shard'] === shard)
    .map(({ headers }) => headers['weir-position'] ?? '');

const relay = (shard: string, signal: AbortSignal, publish?: Topics['publish']): Promise<void> =>
  relayShard({ pool: log.pool, store, topics: publish ? { ...topics, publish } : topics }, shard, signal);

/** Relays until `next` is noted. */
const relayUntil = async (shard: string, next: number): Promise<void> => {
  const stop = new AbortController();
  const relaying = relay(shard, stop.signal);
  await vi.waitFor(async () => expect(await noted(shard)).toBe(next), { timeout: 20_000 });
  stop.abort();
  await relaying;
};

test('every decision leaves once and in order, also when the relay begins again between two of them', async () => {
  const shard = 'evaluation/0';
  for (const count of [1, 3, 1]) {
    await append(shard, decisions(count));
    await relayUntil(shard, (await store.openShard(shard)).head().size);
  }
  expect(await published(shard)).toEqual(['0', '1', '2', '3', '4']);
});

test('what is no decision does not leave, and is not waited for', async () => {
  const shard = 'evaluation/2';
  await append(shard, [kept('judgements-confirmed.v1'), ...decisions(1), kept('judgements-confirmed.v1')]);
  await relayUntil(shard, 3);
  expect(await published(shard)).toEqual(['1']);
});

test('how far it is never moves back: a relay that is late notes nothing', async () => {
  const shard = 'evaluation/1';
  await append(shard, decisions(2));
  const stop = new AbortController();
  // While its two messages are under way, another relay goes on to 5; then it is told to stop, and ends with what it has.
  await relay(shard, stop.signal, async (messages) => {
    await append(shard, decisions(3));
    await relayUntil(shard, 5);
    stop.abort();
    await topics.publish(messages);
  });
  expect(await noted(shard)).toBe(5);
});
