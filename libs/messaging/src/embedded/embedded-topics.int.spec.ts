import { deadLetterTopic } from '@weir/contracts';
import { createLogger } from '@weir/service';
import type pg from 'pg';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { migrateTestDatabase } from '../../../../tools/testing/migrate-test-database.js';
import { createTestDatabase, type TestDatabase } from '../../../../tools/testing/test-database.js';
import { openTestPool } from '../../../../tools/testing/test-pool.js';
import { recordingConsumer } from '../contract/recording-consumer.js';
import { topicsContract } from '../contract/topics-contract.js';
import { messagingMigrations } from '../migrations/messaging-migrations.js';
import { partitionOf } from '../partition-of.js';
import { openEmbeddedTopics, type EmbeddedTopics } from './open-embedded-topics.js';

const PARTITIONS = 4;
const WITHIN = { timeout: 40_000, interval: 20 };
const logger = createLogger('test');
logger.level = 'silent';

let database: TestDatabase;
let sql: pg.Pool;

const open = (): Promise<EmbeddedTopics> =>
  openEmbeddedTopics({ databaseUrl: database.serviceUrl, partitions: PARTITIONS, logger, rebalanceEvery: 100 });

const prepare = async (): Promise<void> => {
  database = await createTestDatabase();
  await migrateTestDatabase(database, messagingMigrations);
  sql = openTestPool(database.serviceUrl);
  sql.on('error', () => undefined);
};

const one = (topic: string, text: string, key = 'key') => ({ topic, key, headers: {}, value: Buffer.from(text) });
const home = partitionOf('key', PARTITIONS);
const texts = (messages: readonly { readonly value: Uint8Array }[]) =>
  messages.map(({ value }) => Buffer.from(value).toString());
const endConnections = (where: string) =>
  sql.query(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND ${where}`);

beforeAll(prepare);
afterAll(async () => {
  await sql.end();
  await database.drop();
});

topicsContract('embedded in PostgreSQL', async () => ({ open }));

describe('topics in PostgreSQL', () => {
  let topics: EmbeddedTopics;
  beforeAll(async () => {
    topics = await open();
  });
  afterAll(() => topics.close());

  test('nothing is visible before its commit, and a later publisher waits for its turn', async () => {
    const topic = 'commit.v1';
    await topics.publish([one(topic, 'first')]);
    const slow = await sql.connect();
    await slow.query('BEGIN');
    await slow.query(
      `SELECT topic.publish(ARRAY[$1], ARRAY[$2::int], ARRAY['key'], ARRAY['{}'::jsonb], ARRAY[0], ARRAY[4], 'slow'::bytea)`,
      [topic, home],
    );
    const later = topics.publish([one(topic, 'later')]);
    await vi.waitFor(
      async () =>
        expect(
          (
            await sql.query(
              `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
            )
          ).rowCount,
        ).toBe(1),
      WITHIN,
    );
    expect(texts(await topics.peek(topic, home, 0, 10))).toEqual(['first']);
    await slow.query('COMMIT');
    slow.release();
    await later;
    expect(texts(await topics.peek(topic, home, 0, 10))).toEqual(['first', 'slow', 'later']);
  });

  test('when every connection dies in the middle of a batch, the handlers are closed and its messages come again', async () => {
    const topic = 'crash.v1';
    let attempts = 0;
    const consumer = recordingConsumer({
      group: 'crash',
      topics: [topic],
      before: async () => {
        attempts += 1;
        if (attempts > 1) return;
        await endConnections(`pid <> pg_backend_pid()`);
        throw new Error('the commit was cut off');
      },
    });
    await topics.publish([one(topic, 'a'), one(topic, 'b')]);
    const consumption = await topics.consume(consumer.subscription);
    await vi.waitFor(() => expect(texts(consumer.handled)).toEqual(['a', 'b']), WITHIN);
    await vi.waitFor(() => expect(consumer.open.size).toBe(PARTITIONS), WITHIN);
    await consumption.stop();
    expect(consumer.passedOver).toEqual([]);
    expect(await topics.ends(deadLetterTopic(topic))).toEqual([0, 0, 0, 0]);
  });

  test('another process takes over when the connection that owns the partitions is lost', async () => {
    const topic = 'takeover.v1';
    const positions = new Map<string, number>();
    const hung = Promise.withResolvers<undefined>();
    const entered = Promise.withResolvers<undefined>();
    const a = recordingConsumer({
      group: 'takeover',
      topics: [topic],
      positions,
      before: () => (entered.resolve(undefined), hung.promise),
    });
    const first = await topics.consume(a.subscription);
    await topics.publish([one(topic, 'x')]);
    await entered.promise;
    await endConnections(`application_name = 'weir topic owner takeover'`);
    const other = await open();
    const b = recordingConsumer({ group: 'takeover', topics: [topic], positions });
    const second = await other.consume(b.subscription);
    await vi.waitFor(() => expect(texts(b.handled)).toEqual(['x']), WITHIN);
    hung.resolve(undefined);
    await Promise.all([first.stop(), second.stop()]);
    await other.close();
    expect([...a.open, ...b.open]).toEqual([]);
  });

  test('without notifications, polling still finds new messages', async () => {
    const topic = 'polling.v1';
    const consumer = recordingConsumer({ group: 'polling', topics: [topic] });
    const consumption = await topics.consume(consumer.subscription);
    await topics.publish([one(topic, 'loud')]);
    await vi.waitFor(() => expect(texts(consumer.handled)).toEqual(['loud']), WITHIN);
    await sql.query(
      `WITH head AS (UPDATE topic.partition_head SET next_offset = 2 WHERE topic = $1 AND partition = $2)
      INSERT INTO topic.message VALUES ($1, $2, 1, 'key', '{}', 'quiet', now())`,
      [topic, home],
    );
    await vi.waitFor(() => expect(texts(consumer.handled)).toEqual(['loud', 'quiet']), WITHIN);
    await consumption.stop();
  });

  test('a batch stops at 8 MB of values', async () => {
    const topic = 'bytes.v1';
    const value = new Uint8Array(200 * 1024);
    await topics.publish(Array.from({ length: 60 }, () => ({ ...one(topic, ''), value })));
    expect(await topics.peek(topic, home, 0, 500)).toHaveLength(40);
  });

  test('lag is reported, and a trim deletes only what is old and was passed by every group', async () => {
    const topic = 'trim.v1';
    await topics.publish([one(topic, 'a'), one(topic, 'b')]);
    const consumer = recordingConsumer({ group: 'trim', topics: [topic] });
    const consumption = await topics.consume(consumer.subscription);
    await vi.waitFor(() => expect(consumer.handled).toHaveLength(2), WITHIN);
    await consumption.stop();
    await topics.publish([one(topic, 'c')]);
    expect((await topics.lag('trim')).find(({ partition }) => partition === home)).toEqual({
      topic,
      partition: home,
      end: 3,
      position: 2,
    });
    await topics.trim(new Date(Date.now() - 3_600_000));
    expect(texts(await topics.peek(topic, home, 0, 10))).toEqual(['a', 'b', 'c']);
    await topics.trim(new Date(Date.now() + 3_600_000));
    expect(texts(await topics.peek(topic, home, 0, 10))).toEqual(['c']);
    expect((await topics.ends(topic))[home]).toBe(3);
  });

  test('a topic that no group reads yet is never trimmed: its first reader finds everything', async () => {
    await topics.publish([one('unread.v1', 'a')]);
    await topics.trim(new Date(Date.now() + 3_600_000));
    expect(texts(await topics.peek('unread.v1', home, 0, 10))).toEqual(['a']);
  });

  test('dead letters stay, though a group reads them', async () => {
    await topics.publish([one('trim.v1.dead', 'a')]);
    const consumer = recordingConsumer({ group: 'looks-at-dead', topics: ['trim.v1.dead'] });
    const consumption = await topics.consume(consumer.subscription);
    await vi.waitFor(() => expect(consumer.handled).toHaveLength(1), WITHIN);
    await consumption.stop();
    await topics.trim(new Date(Date.now() + 3_600_000));
    expect(texts(await topics.peek('trim.v1.dead', home, 0, 10))).toEqual(['a']);
  });

  test('another number of partitions is refused with the cure', async () => {
    await expect(openEmbeddedTopics({ databaseUrl: database.serviceUrl, partitions: 5, logger })).rejects.toThrow(
      'set PARTITIONS=4',
    );
  });
});
