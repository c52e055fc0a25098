import { createRequire } from 'node:module';
import { packRecords, type OutgoingRecord } from './record-batch.js';

const require = createRequire(import.meta.url);

/** What the produce request of kafkajs 2.2.4 says of a batch. */
export interface BatchOptions {
  readonly compression?: number;
  readonly firstOffset?: number;
  readonly firstTimestamp?: number;
  readonly maxTimestamp?: number;
  readonly partitionLeaderEpoch?: number;
  readonly lastOffsetDelta?: number;
  readonly transactional?: boolean;
  readonly producerId?: number | string;
  readonly producerEpoch?: number;
  readonly firstSequence?: number;
  readonly records?: readonly OutgoingRecord[];
}

/** The methods of kafkajs's encoder that a batch is written with. */
interface Fields {
  writeInt8(value: number): Fields;
  writeInt16(value: number): Fields;
  writeInt32(value: number): Fields;
  writeUInt32(value: number): Fields;
  writeInt64(value: number | string): Fields;
  writeBytes(value: Buffer): Fields;
  writeBuffer(value: Buffer): Fields;
  readonly buffer: Buffer;
}

const MAGIC_BYTE = 2;
const COMPRESSION_MASK = 0x07;
const TRANSACTIONAL_MASK = 0x10;
const NO_PRODUCER = -1;

/** A batch of records (version 2, https://kafka.apache.org/documentation/#recordbatch), as kafkajs writes it. */
export const recordBatch = async (options: BatchOptions): Promise<Fields> => {
  const { compression = 0, records = [], transactional = false } = options;
  const now = Date.now();
  const packed = await compressed(compression & COMPRESSION_MASK, packRecords(records));
  const body = newEncoder(packed.length + 64)
    .writeInt16((compression & COMPRESSION_MASK) | (transactional ? TRANSACTIONAL_MASK : 0))
    .writeInt32(options.lastOffsetDelta ?? 0)
    .writeInt64(options.firstTimestamp ?? now)
    .writeInt64(options.maxTimestamp ?? now)
    .writeInt64(options.producerId ?? NO_PRODUCER)
    .writeInt16(options.producerEpoch ?? 0)
    .writeInt32(options.firstSequence ?? 0)
    .writeInt32(records.length)
    .writeBuffer(packed).buffer;
  const batch = newEncoder(body.length + 16)
    .writeInt32(options.partitionLeaderEpoch ?? 0)
    .writeInt8(MAGIC_BYTE)
    .writeUInt32(ofKafkajs().crc32c(body))
    .writeBuffer(body);
  return newEncoder(body.length + 32)
    .writeInt64(options.firstOffset ?? 0)
    .writeBytes(batch.buffer);
};

/** What a batch is made with of kafkajs's own. */
interface Parts {
  readonly Encoder: new (initialSize: number) => Fields;
  readonly crc32c: (bytes: Buffer) => number;
  readonly compression: {
    readonly Types: { readonly ZSTD: number };
    lookupCodec(type: number): { compress(encoder: { readonly buffer: Buffer }): Promise<Buffer> };
  };
}

let parts: Parts | null = null;

/** Taken when the first batch is made. */
const ofKafkajs = (): Parts =>
  (parts ??= {
    Encoder: require('kafkajs/src/protocol/encoder') as Parts['Encoder'],
    crc32c: require('kafkajs/src/protocol/recordBatch/crc32C') as Parts['crc32c'],
    compression: require('kafkajs/src/protocol/message/compression') as Parts['compression'],
  });

const newEncoder = (size: number): Fields => new (ofKafkajs().Encoder)(size);

/** Of the codecs only ours, zstd, is done with its input when it returns: the others are given bytes of their own. */
const compressed = async (type: number, packed: Buffer): Promise<Buffer> => {
  const { compression } = ofKafkajs();
  if (type === compression.Types.ZSTD) return compression.lookupCodec(type).compress({ buffer: packed });
  const buffer = Buffer.from(packed);
  return type === 0 ? buffer : compression.lookupCodec(type).compress({ buffer });
};

interface Grouping<Message> {
  readonly topic: string;
  readonly partitionMetadata: readonly unknown[];
  readonly messages: readonly Message[];
  readonly partitioner: (choice: { topic: string; partitionMetadata: readonly unknown[]; message: Message }) => number;
}

/** By partition; kafkajs's own copies what it has so far for each further message. */
export const messagesPerPartition = <Message>({
  topic,
  partitionMetadata,
  messages,
  partitioner,
}: Grouping<Message>): Record<number, Message[]> => {
  const parts: Record<number, Message[]> = {};
  if (partitionMetadata.length === 0) return parts;
  for (const message of messages) (parts[partitioner({ topic, partitionMetadata, message })] ??= []).push(message);
  return parts;
};

/**
 * Puts in place of kafkajs's own: records are written into one buffer instead of one each, and one for each of their
 * headers. Invariant: this runs before kafkajs is loaded, whose modules keep what they find then (docs/adr/0058).
 */
export const mendRecords = (): void => {
  replace('kafkajs/src/protocol/recordBatch/record/v0', (record: OutgoingRecord) => record);
  replace('kafkajs/src/protocol/recordBatch/v0', { RecordBatch: recordBatch, MAGIC_BYTE });
  replace('kafkajs/src/producer/groupMessagesPerPartition', messagesPerPartition);
};

const replace = (name: string, by: unknown): void => {
  require(name);
  const module = require.cache[require.resolve(name)];
  if (module) module.exports = by;
};
