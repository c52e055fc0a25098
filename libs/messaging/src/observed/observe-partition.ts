import { ATTRIBUTES, count, isTracing, record, traceBatch } from '@weir/service/observe';
import { originalOf } from '../delivery/retry-message.js';
import type { PartitionHandler, TopicBatch } from '../topics.js';
import type { LaneLag } from './lane-lag.js';
import { messagingAttributes, messagingSpan } from './messaging-attributes.js';

export interface ObservedPartition {
  readonly service: string;
  /** What carries the messages, as traces name it; undefined when nothing is traced. */
  readonly traced: string | undefined;
  readonly group: string;
  readonly partition: number;
  readonly lag: LaneLag;
}

/** The same handler; its batches are measured and its messages' traces continued. */
export const observePartition = (handler: PartitionHandler, about: ObservedPartition): PartitionHandler => {
  const { group, partition, lag } = about;
  return {
    position: async (topic) => {
      const position = await handler.position(topic);
      if (position) lag.passed(topic, partition, position.next);
      return position;
    },
    bind: async (topic, position) => {
      await handler.bind(topic, position);
      lag.passed(topic, partition, position.next);
    },
    handle: async (batch) => {
      const started = performance.now();
      try {
        await traced(handler, about, batch);
      } catch (fault) {
        count('batchFaults', 1, { group, topic: batch.topic });
        throw fault;
      }
      lag.passed(batch.topic, partition, (batch.messages.at(-1)?.offset ?? -1) + 1);
      measure(batch, group, performance.now() - started);
    },
    passOver: async (message, cause, fate) => {
      await handler.passOver(message, cause, fate);
      lag.passed(message.topic, partition, message.offset + 1);
      count(fate === 'dead' ? 'deadLetters' : 'messagesSetAside', 1, { group, topic: originalOf(message).topic });
    },
    close: async () => {
      lag.left(partition);
      await handler.close();
    },
  };
};

const measure = ({ topic, messages }: TopicBatch, group: string, millis: number): void => {
  count('messagesHandled', messages.length, { group, topic });
  record('batchSize', messages.length, { group, topic });
  record('batchDuration', millis / 1000, { group, topic });
};

/** Hands the batch over with each message's `traceparent` replaced by that of its own span, for what follows from it. */
const traced = (
  handler: PartitionHandler,
  { service, traced: system, group, partition }: ObservedPartition,
  batch: TopicBatch,
): Promise<void> => {
  if (system === undefined || !isTracing()) return handler.handle(batch);
  const operation = { system, topic: batch.topic, operation: 'process', partition, group } as const;
  const attributes = messagingAttributes(operation);
  return traceBatch(
    {
      service,
      messageSpan: messagingSpan(operation),
      batchSpan: messagingSpan(operation),
      attributes,
      countedAs: ATTRIBUTES.batchMessages,
    },
    batch.messages.map(({ headers }) => headers['traceparent'] ?? null),
    (traceparents) =>
      handler.handle({
        ...batch,
        messages: batch.messages.map((message, i) => ({
          ...message,
          headers: headersWith(message.headers, traceparents[i] ?? null),
        })),
      }),
  );
};

const headersWith = (
  headers: Readonly<Record<string, string>>,
  traceparent: string | null,
): Readonly<Record<string, string>> => (traceparent === null ? headers : { ...headers, traceparent });
