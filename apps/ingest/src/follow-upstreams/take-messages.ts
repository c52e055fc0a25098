import { packageEventTypes, TOPICS } from '@weir/contracts';
import {
  deadLetterOf,
  foreignOriginOf,
  keptForeign,
  messagingAttributes,
  messagingSpan,
  type ForeignOrigin,
  type OutgoingMessage,
  type TopicMessage,
  type Topics,
} from '@weir/messaging';
import { count, currentTraceparent, inSpan, isTracing, SERVICES } from '@weir/service';
import { observeEvents } from '../accept-events/observe-events.js';
import type { SentEvent } from '../accept-events/read-cloud-events.js';
import type { FieldError } from '../accept-events/refusal.js';
import { mapMessage } from './map-message.js';
import { readKafkaMessage } from './read-kafka-message.js';
import type { Upstream } from './upstreams-file.js';

export interface TakePorts {
  readonly topics: Pick<Topics, 'publish'>;
  readonly clock: () => Date;
  readonly upstreams: readonly Upstream[];
}

/** Why a message became a dead letter: the field and the cure. */
export class UnreadableMessage extends Error {
  override readonly name = 'UnreadableMessage';

  constructor(errors: readonly FieldError[]) {
    super(errors.map(({ pointer, detail }) => `${pointer} ${detail}`).join('; '));
  }
}

type Taken =
  | { readonly outcome: 'accepted'; readonly messages: readonly OutgoingMessage[] }
  | { readonly outcome: 'ignored' }
  | { readonly outcome: 'refused'; readonly errors: readonly FieldError[] };

/**
 * Makes what messages of upstreams say durable: the events of each, or, where one of them is wrong, the message as a dead
 * letter. Resolves when all of it is. Taken twice the same messages give the same events, by source and id, which are
 * judged once. Throws Retryable when the topics cannot be reached.
 */
export const takeMessages = async (ports: TakePorts, messages: readonly TopicMessage[]): Promise<void> => {
  const receivedAt = ports.clock();
  const traced = await Promise.all(
    messages.map(async (message) => ({
      message,
      origin: foreignOriginOf(message),
      traceparent: message.headers['traceparent'] ?? (await beginTrace(message)),
    })),
  );
  const taken = traced.map((one) => ({ ...one, taken: take(ports, one, receivedAt) }));
  await ports.topics.publish(taken.flatMap((one) => outgoing(one, receivedAt)));
  for (const {
    origin,
    taken: { outcome },
  } of taken)
    count('upstreamMessages', 1, { upstream: origin.name, outcome });
  count(
    'eventsAccepted',
    taken.reduce((sum, one) => sum + (one.taken.outcome === 'accepted' ? one.taken.messages.length : 0), 0),
    {},
  );
};

interface Received {
  readonly message: TopicMessage;
  readonly origin: ForeignOrigin;
  readonly traceparent: string | null;
}

/** A message that brings no trace begins one here: what follows from it can be found by it. */
const beginTrace = async ({ topic, partition, offset }: TopicMessage): Promise<string | null> => {
  if (!isTracing()) return null;
  const operation = { system: 'kafka', topic, operation: 'process', partition, offset } as const;
  return inSpan(
    {
      service: SERVICES.ingest,
      name: messagingSpan(operation),
      kind: 'consumer',
      parent: null,
      attributes: messagingAttributes(operation),
    },
    async () => currentTraceparent(),
  );
};

const take = ({ upstreams }: TakePorts, { message, origin, traceparent }: Received, receivedAt: Date): Taken => {
  const upstream = upstreams.find(({ name }) => name === origin.name);
  if (!upstream)
    return refused([
      {
        pointer: 'the upstream',
        detail: `${JSON.stringify(origin.name)} is not in UPSTREAM_FILE any more: add it, then replay this`,
      },
    ]);
  const sent = eventsOf(upstream, origin, message.value);
  if ('errors' in sent) return refused(sent.errors);
  if (sent.length === 0) return { outcome: 'ignored' };
  const observed = observeEvents(sent, receivedAt);
  if ('refused' in observed) return refused(observed.refused.errors);
  return {
    outcome: 'accepted',
    messages: observed.map((one) =>
      traceparent === null ? one.message : { ...one.message, headers: { ...one.message.headers, traceparent } },
    ),
  };
};

const refused = (errors: readonly FieldError[]): Taken => ({ outcome: 'refused', errors });

/** None when there is nothing to say: a tombstone, or a type that is to be ignored. */
const eventsOf = (
  { mapping, otherTypes }: Upstream,
  origin: ForeignOrigin,
  value: Uint8Array,
): readonly SentEvent[] | { readonly errors: readonly FieldError[] } => {
  const document = readKafkaMessage(origin, value);
  if ('errors' in document) return document;
  if (document.kind === 'tombstone') return [];
  if (mapping !== null) {
    const mapped = mapMessage(mapping, { document, origin });
    return 'errors' in mapped && otherTypes === 'ignore' && mapped.errors.every(({ pointer }) => pointer === 'type')
      ? []
      : mapped;
  }
  if (document.kind === 'json')
    return {
      errors: [
        {
          pointer: 'the value',
          detail: 'is no CloudEvent: send one in structured or binary mode, or describe the messages by a mapping',
        },
      ],
    };
  if (otherTypes === 'ignore' && !isOurs(document.event['type'])) return [];
  return [{ event: document.event, pointer: (path) => path || 'the event' }];
};

const isOurs = (type: unknown): boolean => packageEventTypes.some((one) => one === type);

/** The events, or the dead letter, which keeps the place that the message had upstream. */
const outgoing = (
  { message, origin, taken }: Received & { readonly taken: Taken },
  at: Date,
): readonly OutgoingMessage[] => {
  switch (taken.outcome) {
    case 'accepted':
      return taken.messages;
    case 'ignored':
      return [];
    case 'refused':
      return [
        deadLetterOf(
          { ...keptForeign(message), topic: TOPICS.upstream, partition: origin.partition, offset: origin.offset },
          new UnreadableMessage(taken.errors),
          at,
        ),
      ];
    default:
      return taken satisfies never;
  }
};
