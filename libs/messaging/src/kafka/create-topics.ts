import { setTimeout as sleep } from 'node:timers/promises';
import type { Admin, ITopicConfig } from 'kafkajs';
import { brokerFault } from './kafka-fault.js';
import { TopicsUnavailable } from '../topics-unavailable.js';

const READY_WITHIN_MS = 30_000;
const LOOK_EVERY_MS = 100;
const NOT_YET: ReadonlySet<string> = new Set(['UNKNOWN_TOPIC_OR_PARTITION', 'LEADER_NOT_AVAILABLE']);

/**
 * Creates topics and waits until each of their partitions has a leader. kafkajs's own wait gives up when the broker that
 * it asks has not heard of a topic yet, which a busy cluster takes a moment for.
 */
export const createTopics = async (admin: Admin, topics: readonly ITopicConfig[]): Promise<void> => {
  await admin.createTopics({ topics: [...topics], waitForLeaders: false });
  const names = topics.map(({ topic }) => topic);
  for (const until = performance.now() + READY_WITHIN_MS; performance.now() < until;) {
    if (await haveLeaders(admin, names)) return;
    await sleep(LOOK_EVERY_MS);
  }
  throw new TopicsUnavailable(
    new Error(`${names.join(', ')} had no leader for every partition within ${READY_WITHIN_MS / 1000} s`),
  );
};

const haveLeaders = async (admin: Admin, names: readonly string[]): Promise<boolean> => {
  try {
    const { topics } = await admin.fetchTopicMetadata({ topics: [...names] });
    return topics.every(({ partitions }) => partitions.length > 0 && partitions.every(({ leader }) => leader >= 0));
  } catch (fault) {
    if (NOT_YET.has(brokerFault(fault) ?? '')) return false;
    throw fault;
  }
};
