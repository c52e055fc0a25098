import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { Kafka, logLevel } from 'kafkajs';
import { vi } from 'vitest';
import { deadLetterTopic, TOPICS } from '../../libs/contracts/src/index.js';

const program = fileURLToPath(new URL('../../apps/weir/dist/main.js', import.meta.url));
const ours = Object.values(TOPICS).flatMap((topic): readonly string[] => [topic, deadLetterTopic(topic)]);
const isOurs = (topic: string): boolean =>
  ours.includes(topic) || /^(?:enrichment|evaluation|action)\.retry-\d+$/.test(topic);

/**
 * Makes the topics of the flow anew, empty: a system with a new database reads them from their beginning, and would
 * find what the test before it sent.
 */
export const freshTopics = async (brokers: readonly string[]): Promise<void> => {
  const admin = new Kafka({ clientId: 'weir-test', brokers: [...brokers], logLevel: logLevel.NOTHING }).admin();
  await admin.connect();
  const there = async (): Promise<string[]> => (await admin.listTopics()).filter(isOurs);
  const topics = await there();
  if (topics.length > 0) await admin.deleteTopics({ topics });
  await vi.waitUntil(async () => (await there()).length === 0, { timeout: 30_000, interval: 200 });
  await admin.disconnect();
  execFileSync(process.execPath, [program, 'topics', 'apply', '--kafka', brokers.join(','), '--replication', '1'], {
    stdio: 'pipe',
  });
};
