import { ShardFenced } from '@weir/event-store';
import type { PartitionHandler, TopicBatch } from '@weir/messaging';
import { Retryable } from '@weir/telemetry';
import { judgePackages, type JudgePorts } from '../judge-packages/judge-packages.js';
import type { ShardDesk } from '../judge-packages/shard-desk.js';
import { judgeableOf } from './judgeable-of-message.js';

/**
 * Judges the facts of one partition into its shard. Invariant: the position read and the decisions it led to are one
 * commit in the shard's head, so a message is neither judged twice nor left out, whenever the process dies.
 */
export const factsHandler = (ports: JudgePorts, desk: ShardDesk, close: () => Promise<void>): PartitionHandler => ({
  position: (topic) => desk.take(async (writer) => writer.head().sources[topic] ?? 0),
  handle: (batch) => desk.take((writer) => retryWhenFenced(() => judgeBatch(ports, writer, batch))),
  passOver: (message) => desk.take(async (writer) => {
    await writer.append({ events: [], sources: { [message.topic]: message.offset + 1 } });
  }),
  close,
});

const judgeBatch = async (ports: JudgePorts, writer: Parameters<typeof judgePackages>[1], batch: TopicBatch): Promise<void> => {
  const from = writer.head().sources[batch.topic] ?? 0;
  const unread = batch.messages.filter(({ offset }) => offset >= from);
  const last = unread.at(-1);
  if (last) await judgePackages(ports, writer, unread.map(judgeableOf), { [batch.topic]: last.offset + 1 });
};

/** Another writer moved the head: whatever it did not do is done again on the head as it is then. */
const retryWhenFenced = async (attempt: () => Promise<void>): Promise<void> => {
  try {
    await attempt();
  } catch (fault) {
    if (fault instanceof ShardFenced) throw new Retryable('The shard has another writer', { cause: fault });
    throw fault;
  }
};
