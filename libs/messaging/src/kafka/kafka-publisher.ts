import { MAX_MESSAGE_BYTES } from '@weir/contracts';
import type { Logger } from '@weir/postgres';
import type { Kafka, Message } from 'kafkajs';
import { isOverflowTopic } from '../delivery/overflow-topic.js';
import { MessageTooLarge, messageBytes } from '../message-too-large.js';
import { partitionOf } from '../partition-of.js';
import type { OutgoingMessage } from '../topics.js';
import { TopicsUnavailable } from '../topics-unavailable.js';
import { createWaitingBound } from '../waiting-bound.js';
import { CLIENT_RETRY } from './connect-kafka.js';
import { allOrFirstFault, createPartitionQueue, type PartitionQueue, type SizedMessage } from './partition-queue.js';
import { createRenewableProducer } from './renewable-producer.js';
import type { WireNames } from './wire-names.js';
import { ZSTD } from './zstd-codec.js';

export interface KafkaPublisherOptions {
  readonly kafka: Kafka;
  readonly partitions: number;
  readonly names: WireNames;
  readonly logger: Logger;
  /** Resolves when the topic is as it must be; rejects with the cure when it is not. */
  readonly confirmTopic: (topic: string) => Promise<void>;
  /** Milliseconds until a caller is told to try again. */
  readonly patience: number;
}

export interface KafkaPublisher {
  publish(messages: readonly OutgoingMessage[]): Promise<void>;
  close(): Promise<void>;
}

const ACKNOWLEDGED_BY_ALL_IN_SYNC = -1;

/** Publishes by the one rule under which no leader's death lost a record (docs/adr/0054). */
export const createKafkaPublisher = (options: KafkaPublisherOptions): KafkaPublisher => {
  const { kafka, partitions, names, logger, confirmTopic, patience } = options;
  const closed = new AbortController();
  const producer = createRenewableProducer(() => connectProducer(kafka), logger);
  const queues = new Map<string, PartitionQueue>();
  const bound = createWaitingBound('brokers');

  const queueOf = (topic: string, partition: number): PartitionQueue => {
    const name = `${topic}/${partition}`;
    const send = (messages: readonly OutgoingMessage[]): Promise<void> =>
      producer.use(async (one) => {
        await one.send({
          topic: names.topic(topic),
          acks: ACKNOWLEDGED_BY_ALL_IN_SYNC,
          compression: ZSTD,
          messages: messages.map((message) => recordOf(message, partition)),
        });
      });
    const queue = queues.get(name) ?? createPartitionQueue({ send, patience, closed: closed.signal });
    queues.set(name, queue);
    return queue;
  };
  const pushAll = async (messages: readonly SizedMessage[]): Promise<void> => {
    await withinPatience(
      Promise.all([...new Set(messages.map(({ message: { topic } }) => topic))].map(confirmTopic)),
      patience,
    );
    const byPartition = Map.groupBy(
      messages,
      ({ message: { topic, key } }) => `${partitionOf(key, partitions)}/${topic}`,
    );
    await allOrFirstFault(
      [...byPartition].map(([place, part]) =>
        queueOf(place.slice(place.indexOf('/') + 1), Number.parseInt(place, 10)).push(part),
      ),
    );
  };
  return {
    publish: async (messages) => {
      if (messages.length === 0) return;
      const sized = messages.map((message) => ({ message, bytes: checkedBytes(message) }));
      await bound.hold(
        sized.reduce((sum, { bytes }) => sum + bytes, 0),
        () => pushAll(sized),
      );
    },
    close: async () => {
      closed.abort();
      await producer.close();
    },
  };
};

const withinPatience = async (work: Promise<unknown>, patience: number): Promise<void> => {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(
    () => late.reject(new TopicsUnavailable(new Error(`no broker answered within ${patience / 1000} s`))),
    patience,
  );
  try {
    await Promise.race([work, late.promise]);
  } finally {
    clearTimeout(timer);
  }
};

const connectProducer = async (kafka: Kafka) => {
  const producer = kafka.producer({
    idempotent: true,
    allowAutoTopicCreation: false,
    retry: CLIENT_RETRY,
    createPartitioner:
      () =>
      ({ message }) =>
        message.partition ?? 0,
  });
  await producer.connect();
  return producer;
};

const recordOf = ({ key, headers, value }: OutgoingMessage, partition: number): Message => ({
  key,
  partition,
  headers: { ...headers },
  value: Buffer.from(value.buffer, value.byteOffset, value.byteLength),
});

const checkedBytes = (message: OutgoingMessage): number => {
  const bytes = messageBytes(message);
  if (bytes > MAX_MESSAGE_BYTES && !isOverflowTopic(message.topic))
    throw new MessageTooLarge(message.topic, message.key, bytes);
  return bytes;
};
