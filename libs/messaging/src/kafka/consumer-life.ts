import { randomUUID } from 'node:crypto';
import { type Logger, sleepUnless } from '@weir/postgres';
import type { Consumer, EachBatchPayload, Kafka } from 'kafkajs';
import { allTopics, retryTopicsOf } from '../delivery/retry-topics.js';
import { runPartition } from '../delivery/run-partition.js';
import type { LostPositions } from '../positions/lost-positions.js';
import type { OutgoingMessage, Subscription } from '../topics.js';
import { TopicsUnavailable } from '../topics-unavailable.js';
import { CLIENT_RETRY } from './connect-kafka.js';
import { lanesAssigner } from './lanes-assigner.js';
import { expectTopicIds } from './mend-topic-ids.js';
import { createPartitionFeed, type Fetching, type PartitionFeed } from './partition-feed.js';
import { TopicReplaced } from './topic-replaced.js';
import { committedMetadata, type TopicAdmin, type TopicIdentity } from './topic-admin.js';
import { trackPositions, type PositionTracker } from './track-positions.js';
import { topicMessageOf } from './topic-message.js';
import { AS_NAMED, type WireNames } from './wire-names.js';

export interface ConsumerOptions {
  readonly kafka: Kafka;
  /** How the brokers call topics and group; as they are named unless told. */
  readonly names?: WireNames;
  readonly subscription: Subscription;
  /** As every topic of the subscription has them; null when they are another's and may grow. */
  readonly partitions: number | null;
  readonly logger: Logger;
  /** Milliseconds without a heartbeat after which the group gives this process's partitions to others. */
  readonly sessionTimeout: number;
  /** Milliseconds that a fetch without messages stays at the broker; 300 unless told. */
  readonly fetchWait?: number;
  /** Bytes that fetched messages of this subscription may hold in all. */
  readonly bufferBytes: number;
  readonly end: Fetching['end'];
  readonly place: Fetching['place'];
  /** Which topic it is now. */
  readonly identity: TopicAdmin['identity'];
  readonly lost: LostPositions;
  readonly publish: (messages: readonly OutgoingMessage[]) => Promise<void>;
  /** How a record becomes a message; as our own topics have them unless told. */
  readonly messageOf?: typeof topicMessageOf;
  /** Whether offsets without messages are usual: a topic that is compacted, or written in transactions. */
  readonly hasHoles?: boolean;
  /** Milliseconds after which partitions that were added are noticed; kafkajs's five minutes unless told. */
  readonly metadataMaxAge?: number;
}

interface Served {
  readonly feed: PartitionFeed;
  readonly stop: AbortController;
  readonly done: Promise<void>;
}

const HEARTBEAT_MS = 1_000;
/** How long an idle fetch stays at the broker. Half of what an idle system used were fetches that came back empty after 100 ms; a new message ends it at once (`fetch-wait.kafka.spec.ts`). */
const MAX_WAIT_MS = 300;
const MOST_LANE_BYTES = 8 * 1024 * 1024;
/** What is fetched is about so much larger once unpacked, and a lane is to hold no more than its share by much. */
const USUAL_COMPRESSION = 8;
const LEAST_LANE_BYTES = 256 * 1024;
/** kafkajs has stood still without a word before (its issue 659): a consumer that shows no life is replaced. */
const STILL_FOR_MS = 30_000;
/** For the share of the buffer, where nobody says how many there are. */
const ASSUMED_PARTITIONS = 16;
const GOODBYE_WITHIN_MS = 10_000;

/**
 * One life of a consumer: joins the group, serves what it is given, and ends when `signal` aborts; rejects when it
 * crashed or stands still. Invariant: when it settles, no handler of it is open any more.
 *
 * Handlers run beside the fetching and not inside it, so that heartbeats go on however long a batch takes. A partition
 * that stays with this process through a rebalance is not interrupted. One that leaves is finished here while its new
 * owner may begin already: the handler's commit decides who was right.
 */
export const liveOnce = async (options: ConsumerOptions, signal: AbortSignal, joined: () => void): Promise<void> => {
  const { kafka, names = AS_NAMED, subscription, partitions, logger, sessionTimeout } = options;
  const served = new Map<number, Served>();
  const laneBytes = Math.min(
    MOST_LANE_BYTES,
    Math.max(
      LEAST_LANE_BYTES,
      options.bufferBytes / ((partitions ?? ASSUMED_PARTITIONS) * allTopics(subscription).length),
    ),
  );
  // Invariant: all that is fetched in one life is of these topics, which every partition is settled by when it is opened.
  const identities = await identify(options);
  const asker = randomUUID();
  const forgetIds = expectTopicIds(asker, idsOf(identities, names));
  const consumer = kafka.consumer({
    rackId: asker,
    groupId: names.group(subscription.group),
    partitionAssigners: [lanesAssigner(partitions, () => [...served.keys()])],
    sessionTimeout,
    rebalanceTimeout: 2 * sessionTimeout,
    heartbeatInterval: HEARTBEAT_MS,
    maxWaitTimeInMs: options.fetchWait ?? MAX_WAIT_MS,
    maxBytesPerPartition: Math.min(1024 * 1024, laneBytes) / USUAL_COMPRESSION,
    allowAutoTopicCreation: false,
    ...(options.metadataMaxAge === undefined ? {} : { metadataMaxAge: options.metadataMaxAge }),
    retry: { ...CLIENT_RETRY, restartOnFailure: async () => false },
  });
  const pulse = watchPulse(consumer, sessionTimeout);
  const positions = trackPositions((offsets) => consumer.commitOffsets(offsets.map(asCalled(names))), logger);
  const fetching = fetchingOf(options, { names, consumer, pulse, served, positions, identities });
  const serving = servePartitions({ options, laneBytes, fetching, served, over: signal });
  consumer.on(consumer.events.GROUP_JOIN, ({ payload }) => {
    serving.assign(assignedTo(payload.memberAssignment, allTopics(subscription).map(names.topic)));
    joined();
  });
  try {
    await consumer.connect();
    await consumer.subscribe({ topics: allTopics(subscription).map(names.topic), fromBeginning: true });
    await consumer.run({
      autoCommit: false,
      // All that one fetch brought is handed over before the rest, which the next fetch waits for.
      ...(subscription.rest === undefined ? {} : { partitionsConsumedConcurrently: ASSUMED_PARTITIONS }),
      eachBatch: async (payload) => {
        handOver(payload, { served, names, messageOf: options.messageOf ?? topicMessageOf });
        if (subscription.rest !== undefined) await sleepUnless(signal, subscription.rest);
      },
    });
    await Promise.race([pulse.lost, pulse.still(signal)]);
  } finally {
    await serving.stop();
    forgetIds();
    await within(GOODBYE_WITHIN_MS, positions.close());
    await within(GOODBYE_WITHIN_MS, consumer.disconnect());
  }
};

/** Fetched batches go into the buffers; what is not served here any more, or was overtaken by a seek, is dropped. */
const handOver = (
  payload: EachBatchPayload,
  { served, names, messageOf }: Pick<Life, 'served' | 'names'> & { readonly messageOf: typeof topicMessageOf },
): void => {
  if (payload.isStale()) return;
  const { batch } = payload;
  const { partition } = batch;
  const topic = names.nameOf(batch.topic);
  served.get(partition)?.feed.fetched(
    topic,
    batch.messages.map((record) => messageOf(topic, partition, record)),
  );
};

/** The numbers that were assigned in every topic. */
const assignedTo = (
  assignment: Readonly<Record<string, readonly number[]>>,
  topics: readonly string[],
): ReadonlySet<number> => {
  const [first = [], ...others] = topics.map((topic) => assignment[topic] ?? []);
  return new Set(first.filter((partition) => others.every((other) => other.includes(partition))));
};

type Identities = ReadonlyMap<string, TopicIdentity>;

const identify = async ({ subscription, identity }: ConsumerOptions): Promise<Identities> => {
  const identities = new Map<string, TopicIdentity>();
  for (const topic of allTopics(subscription)) identities.set(topic, await identity(topic));
  return identities;
};

const asCalled =
  (names: WireNames) =>
  <Of extends { readonly topic: string }>(one: Of): Of => ({ ...one, topic: names.topic(one.topic) });

const idsOf = (identities: Identities, names: WireNames): ReadonlyMap<string, Buffer> =>
  new Map([...identities].flatMap(([topic, { id }]) => (id === null ? [] : [[names.topic(topic), id] as const])));

interface Life {
  readonly names: WireNames;
  readonly consumer: Consumer;
  readonly pulse: Pulse;
  readonly served: ReadonlyMap<number, Served>;
  readonly positions: PositionTracker;
  readonly identities: Identities;
}

/** Of a partition that another topic of this name has by now nothing more is fetched: this life of the consumer ends. */
const placeOf =
  ({ place }: ConsumerOptions, { pulse, identities }: Life): Fetching['place'] =>
  async (topic, partition) => {
    const now = await place(topic, partition);
    if (now.incarnation === identities.get(topic)?.incarnation) return now;
    const replaced = new TopicReplaced(topic);
    pulse.lose(replaced);
    throw new TopicsUnavailable(replaced);
  };

const fetchingOf = (options: ConsumerOptions, life: Life): Fetching => {
  const { names, consumer, pulse, served, positions, identities } = life;
  return {
    seek: (topic, partition, offset) => consumer.seek({ topic: names.topic(topic), partition, offset: String(offset) }),
    pause: (topic, partition) => consumer.pause([{ topic: names.topic(topic), partitions: [partition] }]),
    resume: (topic, partition) => consumer.resume([{ topic: names.topic(topic), partitions: [partition] }]),
    end: options.end,
    place: placeOf(options, life),
    publish: options.publish,
    passed: (topic, partition, position) =>
      positions.passed(topic, partition, position, committedMetadata(identities.get(topic)?.incarnation ?? '')),
    missing: (topic, partition, from) => {
      if (options.hasHoles !== true)
        options.logger.error(
          { topic, partition, from },
          'offsets without messages: the topic is compacted, was written in transactions, or was copied from another cluster',
        );
    },
    confirmOwner: (partition) => {
      if (!served.has(partition) || !pulse.isMember())
        throw new TopicsUnavailable(new Error(`partition ${partition} may belong to another process by now`));
    },
  };
};

interface Pulse {
  /** Whether the group knew of this process within the session's time. */
  isMember(): boolean;
  /** Ends this life. */
  lose(cause: Error): void;
  /** Rejects when the consumer crashed. */
  readonly lost: Promise<never>;
  /** Resolves when `signal` aborts; rejects when nothing was heard of the consumer for too long. */
  still(signal: AbortSignal): Promise<void>;
}

const watchPulse = (consumer: Consumer, sessionTimeout: number): Pulse => {
  const crash = Promise.withResolvers<never>();
  crash.promise.catch(() => undefined);
  let heartAt = performance.now();
  let lifeAt = performance.now();
  const alive = (): void => {
    lifeAt = performance.now();
  };
  const beat = (): void => {
    alive();
    heartAt = lifeAt;
  };
  consumer.on(consumer.events.CRASH, ({ payload }) => crash.reject(payload.error));
  consumer.on(consumer.events.FETCH, alive);
  consumer.on(consumer.events.HEARTBEAT, beat);
  consumer.on(consumer.events.GROUP_JOIN, beat);
  return {
    isMember: () => performance.now() - heartAt < sessionTimeout,
    lose: (cause) => crash.reject(cause),
    lost: crash.promise,
    still: async (signal) => {
      while (!signal.aborted) {
        if (performance.now() - lifeAt > STILL_FOR_MS)
          throw new Error(`the Kafka consumer has shown no life for ${STILL_FOR_MS / 1000} s`);
        await sleepUnless(signal, HEARTBEAT_MS);
      }
    },
  };
};

interface Serving {
  readonly options: ConsumerOptions;
  readonly laneBytes: number;
  readonly fetching: Fetching;
  readonly served: Map<number, Served>;
  /** Aborts when the subscription stops: at once for all handlers, whatever the consumer is waiting for. */
  readonly over: AbortSignal;
}

const servePartitions = ({ options, laneBytes, fetching, served, over }: Serving) => {
  const { subscription, logger } = options;
  const ending = new Map<number, Promise<void>>();

  const begin = (partition: number): Served => {
    const stop = new AbortController();
    const feed = createPartitionFeed(
      partition,
      { topics: subscription.topics, retryTopics: retryTopicsOf(subscription) },
      laneBytes,
      fetching,
    );
    const before = ending.get(partition) ?? Promise.resolve();
    const done = before.then(() =>
      runPartition({
        partition,
        subscription,
        source: feed.source,
        logger,
        lost: options.lost,
        signal: AbortSignal.any([stop.signal, over]),
      }),
    );
    return { feed, stop, done };
  };
  const end = (partition: number, { stop, done }: Served): void => {
    stop.abort();
    ending.set(partition, done);
    served.delete(partition);
  };
  return {
    assign: (assigned: ReadonlySet<number>): void => {
      for (const [partition, one] of served) if (!assigned.has(partition)) end(partition, one);
      for (const partition of assigned) if (!served.has(partition)) served.set(partition, begin(partition));
      for (const { feed } of served.values()) feed.rejoined();
    },
    stop: async (): Promise<void> => {
      for (const [partition, one] of served) end(partition, one);
      await Promise.all(ending.values());
    },
  };
};

const within = async (milliseconds: number, work: Promise<void>): Promise<void> => {
  const stop = new AbortController();
  await Promise.race([work.catch(() => undefined), sleepUnless(stop.signal, milliseconds)]);
  stop.abort();
};
