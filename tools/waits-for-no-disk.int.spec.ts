import { TOPICS } from '@weir/contracts';
import { eventCatalog } from '@weir/domain';
import { openEventStore } from '@weir/event-store';
import type pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { writeNews, readPosition as readModelPosition } from '../apps/api/src/follow-log/follow-log.js';
import { appendDecisions } from '../apps/api/src/testing/decisions-for-tests.js';
import { movePosition, readPosition } from '../apps/enrichment/src/enrich-package/positions.js';
import { noteRelayed } from '../apps/evaluation/src/relay-decisions/relay-position.js';
import { allMigrations } from '../apps/weir/src/compose/migrate-database.js';
import { migrateTestDatabase } from './testing/migrate-test-database.js';
import { startSlowCommits, type SlowCommits } from './testing/slow-commit.js';
import { openTestPool } from './testing/test-pool.js';

const SHARD = 'evaluation/0';

let commits: SlowCommits;
let fast: pg.Pool;
let slow: pg.Pool;
beforeAll(async () => {
  commits = await startSlowCommits();
  await migrateTestDatabase(commits, allMigrations);
  fast = openTestPool(commits.serviceUrl);
  slow = openTestPool(commits.slowServiceUrl, 5, { statementMillis: 0 });
});
afterAll(async () => {
  await Promise.all([fast.end(), slow.end()]);
  await commits.stop();
});

describe('what is made again by itself after a crash of PostgreSQL waits for no disk', () => {
  test('how far enrichment has read', async () => {
    expect(
      await commits.waitsForDisk(
        movePosition(slow, { topic: TOPICS.observed, partition: 0, next: 7, incarnation: 'embedded/a' }),
      ),
    ).toBe(false);
    expect(await readPosition(fast, TOPICS.observed, 0)).toMatchObject({ next: 7 });
  });

  test('how far decisions were relayed', async () => {
    expect(
      await commits.waitsForDisk(noteRelayed(slow, SHARD, { next: 7, incarnation: 'embedded/a', rewinds: 0 })),
    ).toBe(false);
    const { rows } = await fast.query('SELECT next_position FROM evaluation.relay WHERE shard = $1', [SHARD]);
    expect(rows).toEqual([{ next_position: '7' }]);
  });

  test('read models', async () => {
    const store = openEventStore(fast, eventCatalog);
    await appendDecisions(store, SHARD, [{ name: 'a' }, { name: 'b' }]);
    const events = await store.read(SHARD, { position: 0, limit: 10 });
    expect(await commits.waitsForDisk(writeNews(slow, SHARD, events))).toBe(false);
    expect(await readModelPosition(fast, SHARD)).toBe(2);
  });
});

test('what is the record waits until it is durable', async () => {
  const store = openEventStore(slow, eventCatalog);
  expect(await commits.waitsForDisk(appendDecisions(store, 'evaluation/1', [{ name: 'a' }]))).toBe(true);
});
