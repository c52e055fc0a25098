import { deadLetterTopic, TOPICS } from '@weir/contracts';
import type { Logger } from '@weir/postgres';
import { count, observe } from '@weir/service/observe';
import type { IHeaders, KafkaMessage } from 'kafkajs';
import { DEAD_LETTER_HEADERS } from '../delivery/dead-letter.js';
import { carryForeign, keptForeign } from '../foreign/foreign-message.js';
import { laneLag } from '../observed/lane-lag.js';
import { observePartition } from '../observed/observe-partition.js';
import { createLostPositions } from '../positions/lost-positions.js';
import type { Loss, Position } from '../positions/position.js';
import type { Consumption, OutgoingMessage, PartitionHandler, TopicMessage, Topics } from '../topics.js';
import { connectKafka } from './connect-kafka.js';
import type { KafkaAccess } from './kafka-access.js';
import { placesOf } from './places-of.js';
import { keepConsuming } from './supervise-consumer.js';
import { createTopicAdmin, type TopicAdmin } from './topic-admin.js';

/** A topic that others write, with as many partitions, keys and offsets as they please. */
export interface ForeignTopic {
  /** What we call it. */
  readonly name: string;
  readonly brokers: readonly string[];
  readonly access: KafkaAccess;
  readonly topic: string;
  readonly group: string;
  /** Where a group begins that has never committed an offset of this topic. */
  readonly from: 'earliest' | 'latest';
}

export interface FollowOptions {
  /** Resolves when all that the messages say is durable; only then is their offset committed. Throws as a PartitionHandler's `handle` does. */
  readonly handle: (messages: readonly TopicMessage[]) => Promise<void>;
  /** Our own topics, for dead letters of what `handle` cannot take. */
  readonly topics: Pick<Topics, 'publish'>;
  readonly logger: Logger;
  /** As traces and metrics name it. */
  readonly service: string;
  /** Milliseconds without a sign of life after which others take this process's partitions; 10,000 unless told. */
  readonly sessionTimeout?: number;
  /** Milliseconds after which partitions that were added are noticed; 60,000 unless told. */
  readonly metadataMaxAge?: number;
}

const LOSSES: readonly Loss[] = ['another topic', 'cut', 'beyond the end'];
const SESSION_MS = 10_000;
const METADATA_MS = 60_000;
const BUFFER_BYTES = 32 * 1024 * 1024;

/**
 * Follows a topic of another system until it is stopped; brokers that are away are waited for. The broker's committed
 * offset is the position: it moves about once a second, behind what was handled and never ahead of it, so that a crash
 * repeats messages and loses none. Each message carries its origin (`foreignOriginOf`).
 */
export const followForeignTopic = (foreign: ForeignTopic, options: FollowOptions): Consumption => {
  const { name, brokers, access, topic, group } = foreign;
  const { logger, service, sessionTimeout = SESSION_MS, metadataMaxAge = METADATA_MS } = options;
  const kafka = connectKafka(brokers, `weir-${service}`, logger, access);
  const admin = createTopicAdmin(kafka, null);
  const lag = laneLag(admin, group);
  const forget = observe('lag', lag.observations);
  for (const loss of LOSSES) count('newBeginnings', 0, { group, topic, loss });
  const passed = new Map<number, Position>();
  const lost = createLostPositions();
  const open = async (partition: number): Promise<PartitionHandler> =>
    observePartition(handlerOf({ foreign, options, admin, passed }, partition), {
      service,
      traced: 'kafka',
      group,
      partition,
      lag,
    });
  const consumption = keepConsuming(
    {
      kafka,
      logger,
      sessionTimeout,
      metadataMaxAge,
      partitions: null,
      hasHoles: true,
      bufferBytes: BUFFER_BYTES,
      subscription: {
        group,
        topics: [topic],
        open,
        // Taking an event again changes nothing, and its position is not ours to keep: what was lost is told, not waited for.
        whenLost: 'begin anew',
        onNewBeginning: ({ loss }) => count('newBeginnings', 1, { group, topic, loss }),
      },
      lost,
      ...placesOf(admin),
      publish: (letters) => options.topics.publish(letters.map(asUpstreamLetter)),
      messageOf: (from, partition, record) => carryForeign({ name, topic: from, partition }, recordOf(record)),
    },
    () => undefined,
  );
  return {
    stop: async () => {
      forget();
      await consumption.stop();
      await admin.close();
    },
  };
};

interface Following {
  readonly foreign: ForeignTopic;
  readonly options: FollowOptions;
  readonly admin: TopicAdmin;
  /** How far each partition was handled here; the broker may not have been told yet. */
  readonly passed: Map<number, Position>;
}

const handlerOf = ({ foreign, options, admin, passed }: Following, partition: number): PartitionHandler => ({
  position: async (topic) => {
    const committed = await committedOrFirst(admin, foreign, topic, partition);
    const here = passed.get(partition);
    return here && here.next > committed.next ? here : committed;
  },
  bind: async (_, position) => void passed.set(partition, position),
  handle: async ({ messages }) => {
    await options.handle(messages);
    moveTo(passed, partition, (messages.at(-1)?.offset ?? -1) + 1);
  },
  passOver: async ({ offset }) => moveTo(passed, partition, offset + 1),
  close: async () => undefined,
});

const moveTo = (passed: Map<number, Position>, partition: number, next: number): void =>
  void passed.set(partition, { next, incarnation: passed.get(partition)?.incarnation ?? null });

/** A partition that was added later is read from its beginning, also by a group that began with the latest. */
const committedOrFirst = async (
  admin: TopicAdmin,
  { group, from }: ForeignTopic,
  topic: string,
  partition: number,
): Promise<Position> => {
  const committed = await admin.committed(group, topic);
  const position = committed.get(partition);
  if (position !== undefined) return position;
  const bounds = from === 'latest' && committed.size === 0 ? await admin.ends(topic) : await admin.starts(topic);
  return { next: bounds[partition] ?? 0, incarnation: null };
};

/** Dead letters of all upstreams are in one topic of ours, and are sent again to the topic beside it. */
const asUpstreamLetter = (letter: OutgoingMessage): OutgoingMessage => {
  const kept = keptForeign(letter);
  return {
    ...kept,
    topic: deadLetterTopic(TOPICS.upstream),
    headers: { ...kept.headers, [DEAD_LETTER_HEADERS.topic]: TOPICS.upstream },
  };
};

const recordOf = ({ key, value, headers, offset, timestamp }: KafkaMessage) => ({
  key: key && Buffer.from(key),
  value: value && Buffer.from(value),
  headers: lastOfEach(headers ?? {}),
  offset: Number(offset),
  publishedAt: new Date(Number(timestamp)).toISOString(),
});

const lastOfEach = (headers: IHeaders): Readonly<Record<string, Uint8Array>> =>
  Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [
      name,
      Buffer.from((Array.isArray(value) ? value.at(-1) : value) ?? ''),
    ]),
  );
