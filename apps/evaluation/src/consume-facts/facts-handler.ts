import type { ShardDesk, ShardWriter } from '@weir/event-store';
import type { PartitionHandler, TopicBatch } from '@weir/messaging';
import { judgePackages, type JudgePorts } from '../judge-packages/judge-packages.js';
import { subjectOf } from './subject-of-message.js';

/**
 * Judges the facts of one partition into its shard. Invariant: the position read and the decisions it led to are one
 * commit in the shard's head, so a message is neither judged twice nor left out, whenever the process dies.
 */
export const factsHandler = (ports: JudgePorts, desk: ShardDesk, close: () => Promise<void>): PartitionHandler => ({
  position: (topic) => desk.take(async (writer) => writer.head().sources[topic] ?? 0),
  handle: (batch) => desk.take((writer) => judgeBatch(ports, writer, batch)),
  passOver: (message) => desk.take(async (writer) => {
    const from = writer.head().sources[message.topic] ?? 0;
    if (message.offset >= from) await writer.append({ events: [], sources: { [message.topic]: message.offset + 1 } });
  }),
  close,
});

const judgeBatch = async (ports: JudgePorts, writer: ShardWriter, batch: TopicBatch): Promise<void> => {
  const from = writer.head().sources[batch.topic] ?? 0;
  const unread = batch.messages.filter(({ offset }) => offset >= from);
  const last = unread.at(-1);
  if (last) await judgePackages(ports, writer, unread.map(subjectOf), { [batch.topic]: last.offset + 1 });
};
