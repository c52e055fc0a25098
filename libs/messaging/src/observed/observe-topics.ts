import { ATTRIBUTES, count, isTracing, observe, step, withTraceContext, type Observation } from '@weir/service/observe';
import type { OutgoingMessage, Subscription, Topics } from '../topics.js';
import { laneLag } from './lane-lag.js';
import { messagingAttributes, messagingSpan } from './messaging-attributes.js';
import { observePartition } from './observe-partition.js';

export interface ObserveOptions {
  /** Who publishes and consumes, as traces name it. */
  readonly service: string;
  /** Whether messages that are consumed continue their traces; not unless told. */
  readonly tracesMessages?: boolean;
}

/**
 * The same topics with what operators see of them: every publish is a step of the sender's trace, every message consumed
 * continues its own, and lag, batches and dead letters are counted. Whatever carries the topics, it is seen the same.
 */
export const observeTopics = (topics: Topics, { service, tracesMessages = false }: ObserveOptions): Topics => ({
  ...topics,
  publish: async (messages) => {
    await publish(topics, messages);
    for (const [topic, { length }] of Map.groupBy(messages, (message) => message.topic))
      count('messagesPublished', length, { service, topic });
  },
  consume: async (subscription) => {
    const lag = laneLag(topics, subscription.group);
    const forget = [
      observe('lag', lag.observations),
      observe('positionLost', lostPositions(topics, subscription.group)),
    ];
    for (const topic of subscription.topics) showFaults(subscription.group, topic);
    const consumption = await topics.consume(
      observed(subscription, {
        service,
        traced: tracesMessages ? topics.system : undefined,
        lag,
      }),
    );
    return {
      stop: async () => {
        for (const end of forget) end();
        await consumption.stop();
      },
    };
  },
});

/** Every partition of the group that this process serves, and whether it stands still. */
export const lostPositions =
  (topics: Pick<Topics, 'lost'>, group: string) => (): readonly Observation<'positionLost'>[] =>
    topics.lost.of(group).map(({ topic, partition, fault }) => ({
      value: fault ? 1 : 0,
      labels: { group, topic, partition: String(partition) },
    }));

/** Nothing wrong yet is zero, not unknown. */
const showFaults = (group: string, topic: string): void => {
  count('batchFaults', 0, { group, topic });
  count('deadLetters', 0, { group, topic });
  count('messagesSetAside', 0, { group, topic });
};

const publish = (topics: Topics, messages: readonly OutgoingMessage[]): Promise<void> => {
  if (!isTracing()) return topics.publish(messages);
  const operation = { system: topics.system, topic: messages[0]?.topic ?? '', operation: 'send' } as const;
  const attributes = {
    ...messagingAttributes(operation),
    ...(messages.length > 1 && { [ATTRIBUTES.batchMessages]: messages.length }),
  };
  return step(
    messagingSpan(operation),
    () => topics.publish(messages.map((message) => ({ ...message, headers: withTraceContext(message.headers) }))),
    { kind: 'producer', attributes },
  );
};

const observed = (
  subscription: Subscription,
  {
    service,
    traced,
    lag,
  }: { readonly service: string; readonly traced: string | undefined; readonly lag: ReturnType<typeof laneLag> },
): Subscription => ({
  ...subscription,
  open: async (partition) =>
    observePartition(await subscription.open(partition), {
      service,
      traced,
      lag,
      group: subscription.group,
      partition,
    }),
});
