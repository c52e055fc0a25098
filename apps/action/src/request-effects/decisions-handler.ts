import { bindSource, sourcePosition, unreadOf, type AppendBatch, type ShardQueue } from '@weir/event-store';
import type { Fate, PartitionHandler, TopicBatch, TopicMessage } from '@weir/messaging';
import { writeWaiting, type DecisionPlace } from './acted-positions.js';
import { decisionMessageOf } from './decision-message.js';
import { requestEffects, type RequestPorts } from './request-effects.js';

export interface DecisionsPorts extends RequestPorts {
  readonly shardQueue: ShardQueue;
  /** Called when endpoints wait for new effects. */
  readonly onRequested: () => void;
  readonly close: () => Promise<void>;
}

/** Acts on the decisions of one partition. Invariant: the offset read and the effects it led to are one commit. */
export const decisionsHandler = (ports: DecisionsPorts): PartitionHandler => ({
  position: (topic) => ports.shardQueue.withWriter(async (writer) => sourcePosition(writer, topic)),
  bind: (topic, position) =>
    ports.shardQueue.withWriter(async (writer) => {
      await writer.append(bindSource(topic, position));
    }),
  handle: async (batch) => {
    if ((await handleBatch(ports, batch)) > 0) ports.onRequested();
  },
  passOver: (message, _cause, fate) =>
    ports.shardQueue.withWriter(async (writer) => {
      const unread = unreadOf(writer, { topic: message.topic, messages: [message] });
      if (unread) await writer.append({ events: [], sources: unread.sources, ...remembering(message, fate) });
    }),
  close: ports.close,
});

const handleBatch = (ports: DecisionsPorts, batch: TopicBatch): Promise<number> =>
  ports.shardQueue.withWriter(async (writer) => {
    const unread = unreadOf(writer, batch);
    return unread ? requestEffects(ports, writer, unread.messages.map(decisionMessageOf), unread.sources) : 0;
  });

/** What cannot be read stays unread however often it comes: of that there is nothing to remember. */
const remembering = (message: TopicMessage, fate: Fate): Pick<AppendBatch, 'also'> => {
  const place = placeOf(message);
  return place ? { also: (client) => writeWaiting(client, place, fate) } : {};
};

const placeOf = (message: TopicMessage): DecisionPlace | null => {
  try {
    return decisionMessageOf(message);
  } catch {
    return null;
  }
};
