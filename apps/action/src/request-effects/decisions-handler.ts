import type { ShardDesk } from '@weir/event-store';
import type { PartitionHandler, TopicBatch } from '@weir/messaging';
import { decisionMessageOf } from './decision-message.js';
import { requestEffects, type RequestPorts } from './request-effects.js';

export interface DecisionsPorts extends RequestPorts {
  readonly shardDesk: ShardDesk;
  /** Called when endpoints wait for new effects. */
  readonly onRequested: () => void;
  readonly close: () => Promise<void>;
}

/** Acts on the decisions of one partition. Invariant: the offset read and the effects it led to are one commit. */
export const decisionsHandler = (ports: DecisionsPorts): PartitionHandler => ({
  position: (topic) => ports.shardDesk.take(async (writer) => writer.head().sources[topic] ?? 0),
  handle: async (batch) => {
    if ((await handleBatch(ports, batch)) > 0) ports.onRequested();
  },
  passOver: (message) =>
    ports.shardDesk.take(async (writer) => {
      const from = writer.head().sources[message.topic] ?? 0;
      if (message.offset >= from) await writer.append({ events: [], sources: { [message.topic]: message.offset + 1 } });
    }),
  close: ports.close,
});

const handleBatch = (ports: DecisionsPorts, batch: TopicBatch): Promise<number> =>
  ports.shardDesk.take(async (writer) => {
    const from = writer.head().sources[batch.topic] ?? 0;
    const unread = batch.messages.filter(({ offset }) => offset >= from);
    const last = unread.at(-1);
    return last ? requestEffects(ports, writer, unread.map(decisionMessageOf), { [batch.topic]: last.offset + 1 }) : 0;
  });
