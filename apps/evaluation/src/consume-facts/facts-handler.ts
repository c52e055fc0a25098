import { bindSource, sourcePosition, unreadOf, type ShardQueue, type ShardWriter } from '@weir/event-store';
import type { PartitionHandler, TopicBatch } from '@weir/messaging';
import { judgePackages, type JudgePorts } from '../judge-packages/judge-packages.js';
import { subjectOf } from './subject-of-message.js';

/**
 * Judges the facts of one partition into its shard. Invariant: the position read and the decisions it led to are one
 * commit in the shard's head, so a message is neither judged twice nor left out, whenever the process dies.
 */
export const factsHandler = (ports: JudgePorts, queue: ShardQueue, close: () => Promise<void>): PartitionHandler => ({
  position: (topic) => queue.withWriter(async (writer) => sourcePosition(writer, topic)),
  bind: (topic, position) =>
    queue.withWriter(async (writer) => {
      await writer.append(bindSource(topic, position));
    }),
  handle: (batch) => queue.withWriter((writer) => judgeBatch(ports, writer, batch)),
  passOver: (message) =>
    queue.withWriter(async (writer) => {
      const unread = unreadOf(writer, { topic: message.topic, messages: [message] });
      if (unread) await writer.append({ events: [], sources: unread.sources });
    }),
  close,
});

const judgeBatch = async (ports: JudgePorts, writer: ShardWriter, batch: TopicBatch): Promise<void> => {
  const unread = unreadOf(writer, batch);
  if (unread) await judgePackages(ports, writer, unread.messages.map(subjectOf), unread.sources);
};
