import type { Logger } from '@weir/postgres';
import { withTraceContext } from '@weir/service/observe';
import type { Kafka } from 'kafkajs';
import { allTopics } from '../delivery/retry-topics.js';
import { createLostPositions } from '../positions/lost-positions.js';
import type { Consumption, Subscription, Topics } from '../topics.js';
import { connectKafka } from './connect-kafka.js';
import type { KafkaAccess } from './kafka-access.js';
import { createKafkaPublisher } from './kafka-publisher.js';
import { readTopic } from './read-topic.js';
import { superviseConsumer } from './supervise-consumer.js';
import { placesOf } from './places-of.js';
import { createTopicAdmin, type TopicAdmin } from './topic-admin.js';
import { wireNames, type WireNames } from './wire-names.js';

export interface KafkaTopicsOptions {
  /** Addresses of some brokers, as host:port. */
  readonly brokers: readonly string[];
  /** Named in the brokers' logs and metrics. */
  readonly clientId: string;
  /** How to connect and log in; openly unless told. */
  readonly access?: KafkaAccess;
  /** As many as the topics were made with (`applyTopics`). */
  readonly partitions: number;
  /** Beginning of every topic and group as the brokers call them; none unless told. */
  readonly prefix?: string;
  readonly logger: Logger;
  /** Milliseconds without a sign of life after which others take a process's partitions; 6,000 unless told. */
  readonly sessionTimeout?: number;
  /** Milliseconds that a fetch without messages stays at the broker, less than `sessionTimeout`; 300 unless told. */
  readonly fetchWait?: number;
  /** Milliseconds until `publish` gives up waiting for brokers and throws TopicsUnavailable; 30,000 unless told. */
  readonly publishPatience?: number;
  /** Bytes that fetched messages of one subscription may hold; 64 MiB unless told. */
  readonly bufferBytes?: number;
}

/** Topics in Apache Kafka. */
export type KafkaTopics = Topics;

const SESSION_MS = 6_000;
const PUBLISH_PATIENCE_MS = 30_000;
const BUFFER_BYTES = 64 * 1024 * 1024;

/** Opens the topics of a Kafka cluster. Nothing is connected before it is needed; topics must exist (`applyTopics`). */
export const openKafkaTopics = async (options: KafkaTopicsOptions): Promise<KafkaTopics> => {
  const {
    brokers,
    clientId,
    partitions,
    logger,
    sessionTimeout = SESSION_MS,
    publishPatience = PUBLISH_PATIENCE_MS,
    bufferBytes = BUFFER_BYTES,
  } = options;
  const kafka = connectKafka(brokers, clientId, logger, options.access);
  const names = wireNames(options.prefix ?? '');
  const admin = createTopicAdmin(kafka, partitions, names);
  const confirmTopic = (topic: string): Promise<void> => admin.confirm(topic);
  const publisher = createKafkaPublisher({ kafka, partitions, names, logger, confirmTopic, patience: publishPatience });
  const consumptions = new Set<Consumption>();
  const lost = createLostPositions();
  const asked = placesOf(admin);
  const consume = async (subscription: Subscription): Promise<Consumption> => {
    await Promise.all(allTopics(subscription).map(confirmTopic));
    const consumption = await superviseConsumer({
      kafka,
      names,
      subscription,
      partitions,
      logger,
      sessionTimeout,
      ...(options.fetchWait !== undefined && { fetchWait: options.fetchWait }),
      bufferBytes,
      ...asked,
      lost,
      publish: (messages) => publisher.publish(messages),
    });
    consumptions.add(consumption);
    return consumption;
  };
  return {
    system: 'kafka',
    partitions,
    publish: (messages) =>
      publisher.publish(messages.map((message) => ({ ...message, headers: withTraceContext(message.headers) }))),
    consume,
    peek: peekFrom(kafka, names, admin),
    ends: (topic) => admin.ends(topic),
    place: asked.place,
    incarnation: async (topic) => (await admin.identity(topic)).incarnation,
    lost,
    lag: (group) => admin.lag(group),
    close: async () => {
      await Promise.all([...consumptions].map((consumption) => consumption.stop()));
      await publisher.close();
      await admin.close();
    },
  };
};

const peekFrom =
  (kafka: Kafka, names: WireNames, admin: TopicAdmin): Topics['peek'] =>
  async (topic, partition, from, limit) => {
    const [starts, ends] = [await admin.starts(topic), await admin.ends(topic)];
    const [first, end] = [Math.max(from, starts[partition] ?? 0), ends[partition] ?? 0];
    return first >= end || limit < 1 ? [] : readTopic(kafka, names, { topic, partition, from: first, end, limit });
  };
