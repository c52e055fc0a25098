import { setTimeout as sleep } from 'node:timers/promises';
import { Standstill } from '@weir/postgres';
import type { Admin, Kafka } from 'kafkajs';
import type { Position } from '../positions/position.js';
import type { Lag } from '../topics.js';
import { brokerFault, isKafkaFault, isRefused, reachingKafka } from './kafka-fault.js';
import { CLIENT_RETRY } from './connect-kafka.js';
import type { Identified } from './mend-topic-ids.js';
import { AS_NAMED, type WireNames } from './wire-names.js';

export interface TopicIdentity {
  /** The ids of its cluster and of the topic itself, as Kafka's own tools show them. */
  readonly incarnation: string;
  /** 16 bytes; null when the brokers are older than 2.8 and know none. */
  readonly id: Buffer | null;
}

/** What is asked about topics and groups, on one connection that is opened when it is first needed. */
export interface TopicAdmin {
  /** The offset that the next message of each partition will get; as of after this call. */
  ends(topic: string): Promise<readonly number[]>;
  /** The first offset that is still kept, by partition. */
  starts(topic: string): Promise<readonly number[]>;
  /** Both of every partition; as of after this call. */
  spans(topic: string): Promise<readonly Span[]>;
  /** Which topic it is now; two of one name have another id. */
  identity(topic: string): Promise<TopicIdentity>;
  /** Resolves when the topic has as many partitions as it must; rejects with the cure when it has not. */
  confirm(topic: string): Promise<void>;
  lag(group: string): Promise<readonly Lag[]>;
  /** The offset that `group` committed for each partition of `topic`; those without one are left out. */
  committed(group: string, topic: string): Promise<ReadonlyMap<number, Position>>;
  close(): Promise<void>;
}

/** `partitions` as every topic must have them; null when a topic may have any number. */
export const createTopicAdmin = (kafka: Kafka, partitions: number | null, names: WireNames = AS_NAMED): TopicAdmin => {
  const connection = connectOnce(kafka);
  const offsets = shareAnswers((topic) =>
    reachingKafka(() => connection.use((admin) => readOffsets(admin, names.topic(topic), partitions))),
  );
  const confirmed = new Set<string>();
  const identity = (topic: string): Promise<TopicIdentity> =>
    reachingKafka(() => connection.use((admin) => readIdentity(admin, names.topic(topic))));
  return {
    identity,
    spans: offsets,
    ends: async (topic) => (await offsets(topic)).map(({ high }) => high),
    starts: async (topic) => (await offsets(topic)).map(({ low }) => low),
    confirm: async (topic) => {
      if (confirmed.has(topic) || partitions === null) return;
      await reachingKafka(() => connection.use((admin) => confirmPartitions(admin, names.topic(topic), partitions)));
      confirmed.add(topic);
    },
    lag: (group) =>
      reachingKafka(async () => {
        const committed = await connection.use((admin) => admin.fetchOffsets({ groupId: names.group(group) }));
        const read = committed
          .map(({ topic, partitions: places }) => ({
            topic: names.nameOf(topic),
            places: places.filter(({ offset }) => Number(offset) >= 0),
          }))
          .filter(({ places }) => places.length > 0);
        return (
          await Promise.all(
            read.map(async ({ topic, places }) =>
              lagOf(topic, places, { spans: await offsets(topic), incarnation: (await identity(topic)).incarnation }),
            ),
          )
        ).flat();
      }),
    committed: (group, topic) =>
      reachingKafka(async () => {
        const asked = { groupId: names.group(group), topics: [names.topic(topic)] };
        const answers = await connection.use((admin) => admin.fetchOffsets(asked));
        const places = answers.flatMap((answer) =>
          answer.partitions.map(({ partition, offset, metadata }) => {
            const incarnation = incarnationIn(metadata);
            return [partition, { next: Number(offset), incarnation }] as const;
          }),
        );
        return new Map(places.filter(([, { next }]) => next >= 0));
      }),
    close: () => connection.close(),
  };
};

const ATTEMPTS = 5;
const FIRST_PAUSE_MS = 100;

/**
 * One connection for everybody, and a new one after a fault: kafkajs's admin asks the old leader of a partition for up to
 * five minutes after another took its place, because it only looks for the new one when the topic is unknown.
 * Invariant: one question at a time. Its calls share what the client knows of the cluster, and a call that refreshes that
 * leaves another with half of it: a TypeError inside the client, seen within seconds with four partitions.
 */
const connectOnce = (kafka: Kafka) => {
  let admin: Promise<Admin> | null = null;
  let isConnected = false;
  const connect = async (): Promise<Admin> => {
    const opened = kafka.admin({ retry: CLIENT_RETRY });
    await opened.connect();
    isConnected = true;
    return opened;
  };
  const forget = async (one: Promise<Admin> | null): Promise<void> => {
    if (admin === one) admin = null;
    isConnected = false;
    // A connection that never was, or whose broker is gone, needs no goodbye.
    await one?.then((opened) => opened.disconnect()).catch(() => undefined);
  };
  const ask = async <Answer>(work: (admin: Admin) => Promise<Answer>): Promise<Answer> => {
    for (let attempt = 1; ; attempt += 1) {
      const one = (admin ??= connect());
      try {
        return await work(await one);
      } catch (fault) {
        await forget(one);
        if (attempt === ATTEMPTS || isLasting(fault)) throw fault;
        await sleep(attempt * FIRST_PAUSE_MS);
      }
    }
  };
  let last: Promise<unknown> = Promise.resolve();
  return {
    use: <Answer>(work: (admin: Admin) => Promise<Answer>): Promise<Answer> => {
      const turn = last.then(() => ask(work));
      last = turn.catch(() => undefined);
      return turn;
    },
    // Brokers that never answered are not waited for.
    close: async () => {
      const wasConnected = isConnected;
      const goodbye = forget(admin);
      if (wasConnected) await goodbye;
    },
  };
};

const isLasting = (fault: unknown): boolean => !isKafkaFault(fault) || isRefused(fault) || isUnknownTopic(fault);

/** What is kept of a partition: its first offset, and the one that the next message will get. */
export interface Span {
  readonly low: number;
  readonly high: number;
}

/** Those who ask while a question is under way share the next one: its answer is not older than their asking. */
const shareAnswers = (ask: (topic: string) => Promise<readonly Span[]>) => {
  const running = new Map<string, Promise<unknown>>();
  const queued = new Map<string, Promise<readonly Span[]>>();
  return (topic: string): Promise<readonly Span[]> => {
    const shared = queued.get(topic);
    if (shared) return shared;
    const answer = Promise.resolve(running.get(topic)).then(() => {
      queued.delete(topic);
      const asked = ask(topic);
      running.set(
        topic,
        asked.catch(() => undefined),
      );
      return asked;
    });
    queued.set(topic, answer);
    return answer;
  };
};

const readOffsets = async (admin: Admin, topic: string, partitions: number | null): Promise<readonly Span[]> => {
  try {
    const offsets = new Map(
      (await admin.fetchTopicOffsets(topic)).map(({ partition, low, high }) => [
        partition,
        { low: Number(low), high: Number(high) },
      ]),
    );
    if (partitions !== null && offsets.size !== partitions) throw otherPartitions(topic, offsets.size, partitions);
    return Array.from({ length: offsets.size }, (_, partition) => offsets.get(partition) ?? { low: 0, high: 0 });
  } catch (fault) {
    throw isUnknownTopic(fault) ? missing(topic, fault) : fault;
  }
};

const readIdentity = async (admin: Admin, topic: string): Promise<TopicIdentity> => {
  const { topics } = await admin.fetchTopicMetadata({ topics: [topic] }).catch((fault: unknown) => {
    throw isUnknownTopic(fault) ? missing(topic, fault) : fault;
  });
  const { clusterId, topicId } = (topics[0]?.partitions[0] ?? {}) as Identified;
  const id = topicId?.some((byte) => byte !== 0) === true ? topicId : null;
  return { incarnation: `${clusterId ?? (await admin.describeCluster()).clusterId}/${idText(id)}`, id };
};

/** As Kafka's own tools write ids. */
const idText = (id: Buffer | null): string => id?.toString('base64url') ?? 'unknown';

/** A position's topic is told to the brokers with it. What others tell there is not ours. */
const INCARNATION = 'weir:';
export const committedMetadata = (incarnation: string): string => `${INCARNATION}${incarnation}`;
const incarnationIn = (metadata: string | null): string | null =>
  metadata?.startsWith(INCARNATION) === true ? metadata.slice(INCARNATION.length) : null;

const confirmPartitions = async (admin: Admin, topic: string, partitions: number): Promise<void> => {
  const { topics } = await admin.fetchTopicMetadata({ topics: [topic] }).catch((fault: unknown) => {
    throw isUnknownTopic(fault) ? missing(topic, fault) : fault;
  });
  const count = topics[0]?.partitions.length ?? 0;
  if (count !== partitions) throw otherPartitions(topic, count, partitions);
};

/** No message is to blame: only a process with the right number goes on. */
const otherPartitions = (topic: string, count: number, partitions: number): Standstill =>
  new Standstill(
    `Topic ${topic} has ${count} partitions, not ${partitions}: set PARTITIONS=${count}. Another number would move packages to other partitions.`,
  );

const isUnknownTopic = (fault: unknown): boolean => brokerFault(fault) === 'UNKNOWN_TOPIC_OR_PARTITION';

const missing = (topic: string, cause: unknown): Error =>
  new Error(`There is no topic ${topic}: run \`weir topics apply\` before services start.`, { cause });

const lagOf = (
  topic: string,
  places: readonly { readonly partition: number; readonly offset: string; readonly metadata: string | null }[],
  { spans, incarnation }: { readonly spans: readonly Span[]; readonly incarnation: string },
): readonly Lag[] =>
  places.map(({ partition, offset, metadata }) => {
    const { low = 0, high = 0 } = spans[partition] ?? {};
    const isOther = (incarnationIn(metadata) ?? incarnation) !== incarnation;
    return { topic, partition, end: high, position: isOther ? low : Number(offset) };
  });
