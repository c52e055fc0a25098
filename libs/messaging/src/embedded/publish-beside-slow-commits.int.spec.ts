import { createLogger } from '@weir/service';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { migrateTestDatabase } from '../../../../tools/testing/migrate-test-database.js';
import { startSlowCommits, type SlowCommits } from '../../../../tools/testing/slow-commit.js';
import { recordingConsumer } from '../contract/recording-consumer.js';
import { messagingMigrations } from '../migrations/messaging-migrations.js';
import { openEmbeddedTopics, type EmbeddedTopics } from './open-embedded-topics.js';

const logger = createLogger('test');
logger.level = 'silent';
const WITHIN = { timeout: 20_000, interval: 20 };
const TOPIC = 'slow.v1';

let commits: SlowCommits;
const open = (): Promise<EmbeddedTopics> =>
  openEmbeddedTopics({ databaseUrl: commits.serviceUrl, partitions: 2, logger, rebalanceEvery: 100 });
const one = (text: string) => ({ topic: TOPIC, key: 'key', headers: {}, value: Buffer.from(text) });

beforeAll(async () => {
  commits = await startSlowCommits();
  await migrateTestDatabase(commits, messagingMigrations);
});
afterAll(() => commits.stop());

test('what is published waits for no commit of another that notifies, and is consumed meanwhile', async () => {
  const topics = await open();
  const consumer = recordingConsumer({ group: 'readers', topics: [TOPIC] });
  const seen = () => consumer.handled.map(({ value }) => Buffer.from(value).toString());
  await topics.consume(consumer.subscription);
  await topics.publish([one('before')]);
  await vi.waitFor(() => expect(seen()).toEqual(['before']), WITHIN);
  const slow = await commits.begin('weir_topic');
  await topics.publish([one('meanwhile')]);
  await vi.waitFor(() => expect(seen()).toEqual(['before', 'meanwhile']), WITHIN);
  await slow.end();
  await topics.close();
});
