import { createRequire } from 'node:module';
import { TopicReplaced } from './topic-replaced.js';

const require = createRequire(import.meta.url);

/** The topics of one consumer, by name: the id that each must have, 16 bytes. */
export type TopicIds = ReadonlyMap<string, Buffer>;

/** What the brokers say of a topic's partitions, beyond what kafkajs knows of them. */
export interface Identified {
  readonly clusterId?: string | null;
  /** 16 bytes; absent when the brokers are older than 2.8. */
  readonly topicId?: Buffer;
}

/**
 * kafkajs 2.2.4 fetches by a topic's name, so that it reads on in another topic of the same name and does not notice. With
 * the ids that are told here the brokers notice: they refuse to fetch what is not there any more (Fetch version 13,
 * KIP-516). `asker` is a consumer's `rackId`, which kafkajs hands on with each fetch; it does not reach the brokers.
 */
export const expectTopicIds = (asker: string, ids: TopicIds): (() => void) => {
  expected.set(asker, ids);
  return () => void expected.delete(asker);
};

const expected = new Map<string, TopicIds>();

/** Teaches kafkajs two versions of requests that name topics by id: Metadata 10, which tells the ids, and Fetch 13. */
export const mendTopicIds = (): void => {
  const { requests } = require('kafkajs/src/protocol/requests') as { readonly requests: Requests };
  const { Metadata, Fetch } = requests;
  const [metadata, fetch] = [Metadata.protocol, Fetch.protocol];
  Metadata.versions = [...Metadata.versions, '10'];
  Metadata.protocol = ({ version }) =>
    version < METADATA ? metadata({ version: Math.min(version, 6) }) : (options) => metadataById(metadata, options);
  Fetch.versions = [...Fetch.versions, '13'];
  Fetch.protocol = ({ version }) => {
    const byName = fetch({ version: Math.min(version, 11) });
    if (version < FETCH) return byName;
    return (options) => {
      const ids = expected.get(options.rackId ?? '');
      const plain = ids === undefined ? options : { ...options, rackId: '' };
      const areKnown = ids !== undefined && options.topics.every(({ topic }) => ids.has(topic));
      return areKnown ? fetchById(byName, plain, ids) : byName(plain);
    };
  };
};

const [METADATA, FETCH] = [10, 13];

interface Call<Options> {
  (options: Options): {
    readonly request: { readonly apiKey: number; readonly apiName: string };
    readonly response: { readonly decode: (raw: Buffer) => Promise<unknown>; readonly parse: Parse };
    readonly requestTimeout?: number;
  };
}

type Parse = (data: unknown) => Promise<unknown>;

interface Definition<Options> {
  versions: readonly string[];
  protocol: (about: { readonly version: number }) => Call<Options>;
}

interface Requests {
  readonly Metadata: Definition<MetadataOptions>;
  readonly Fetch: Definition<FetchOptions>;
}

interface MetadataOptions {
  readonly topics: readonly string[];
  readonly allowAutoTopicCreation?: boolean;
}

interface FetchOptions {
  readonly replicaId?: number;
  readonly isolationLevel?: number;
  readonly maxWaitTime: number;
  readonly minBytes: number;
  readonly maxBytes: number;
  readonly topics: readonly {
    readonly topic: string;
    readonly partitions: readonly {
      readonly partition: number;
      readonly fetchOffset: string;
      readonly maxBytes: number;
    }[];
  }[];
  readonly rackId?: string;
}

interface Fields {
  writeInt8(value: number): Fields;
  writeInt32(value: number): Fields;
  writeInt64(value: number | string): Fields;
  writeUVarInt(value: number): Fields;
  writeUVarIntString(value: string): Fields;
  writeBoolean(value: boolean): Fields;
  writeBuffer(value: Buffer): Fields;
}

interface Reader {
  readInt8(): number;
  readInt16(): number;
  readInt32(): number;
  readInt64(): { toString(): string };
  readBoolean(): boolean;
  readUVarInt(): number;
  readUVarIntString(): string | null;
  readUVarIntArray<T>(read: (decoder: Reader) => T): T[] | null;
  readBytes(length: number): Buffer;
  canReadBytes(length: number): boolean;
  readTaggedFields(): unknown;
}

const encoder = (): Fields => new (require('kafkajs/src/protocol/encoder') as new () => Fields)();
const decoderOf = (raw: Buffer): Reader => {
  const decoder = new (require('kafkajs/src/protocol/decoder') as new (bytes: Buffer) => Reader)(raw);
  // The header of these versions has tagged fields behind the correlation id.
  decoder.readTaggedFields();
  return decoder;
};

/** No tagged fields: in a header, or behind a structure. */
const NO_TAGS = 0;
const NO_ID = Buffer.alloc(16);
const ID_BYTES = 16;

/** In a compact array the length is one more than it is; 0 is null. */
const writeAll = <T>(fields: Fields, all: readonly T[], write: (one: T) => void): void => {
  fields.writeUVarInt(all.length + 1);
  for (const one of all) write(one);
};

/** A call as kafkajs makes it, with another request and the answer to that. */
const metadataById = (
  metadata: Definition<MetadataOptions>['protocol'],
  options: MetadataOptions,
): ReturnType<Call<MetadataOptions>> => {
  const call = metadata({ version: 6 })(options);
  return {
    ...call,
    request: Object.assign({}, call.request, { apiVersion: METADATA, encode: async () => encodeMetadata(options) }),
    response: { decode: async (raw) => decodeMetadata(decoderOf(raw)), parse: call.response.parse },
  };
};

const encodeMetadata = ({ topics, allowAutoTopicCreation = true }: MetadataOptions): Fields => {
  const fields = encoder().writeUVarInt(NO_TAGS);
  if (topics.length === 0) fields.writeUVarInt(0);
  else
    writeAll(fields, topics, (topic) => {
      fields.writeBuffer(NO_ID).writeUVarIntString(topic).writeUVarInt(NO_TAGS);
    });
  return fields.writeBoolean(allowAutoTopicCreation).writeBoolean(false).writeBoolean(false).writeUVarInt(NO_TAGS);
};

const tagged = <T>(decoder: Reader, value: T): T => {
  decoder.readTaggedFields();
  return value;
};

const numbers = (decoder: Reader): number[] => decoder.readUVarIntArray((one) => one.readInt32()) ?? [];

const decodeMetadata = (decoder: Reader): unknown => {
  const clientSideThrottleTime = decoder.readInt32();
  const brokers = decoder.readUVarIntArray((one) =>
    tagged(one, {
      nodeId: one.readInt32(),
      host: one.readUVarIntString(),
      port: one.readInt32(),
      rack: one.readUVarIntString(),
    }),
  );
  const clusterId = decoder.readUVarIntString();
  const controllerId = decoder.readInt32();
  const topicMetadata = decoder.readUVarIntArray((one) => decodeTopic(one, clusterId)) ?? [];
  return { throttleTime: 0, clientSideThrottleTime, brokers: brokers ?? [], clusterId, controllerId, topicMetadata };
};

/** kafkajs's admin hands on partitions and nothing else of a topic, so that each carries the topic's identity. */
const decodeTopic = (decoder: Reader, clusterId: string | null): unknown => {
  const topicErrorCode = decoder.readInt16();
  const topic = decoder.readUVarIntString();
  const topicId = Buffer.from(decoder.readBytes(ID_BYTES));
  const isInternal = decoder.readBoolean();
  const partitionMetadata = decoder.readUVarIntArray((one) => ({ ...decodePlaces(one), clusterId, topicId })) ?? [];
  decoder.readInt32();
  return tagged(decoder, { topicErrorCode, topic, isInternal, partitionMetadata });
};

const decodePlaces = (decoder: Reader) => {
  const [partitionErrorCode, partitionId, leader] = [decoder.readInt16(), decoder.readInt32(), decoder.readInt32()];
  decoder.readInt32();
  const [replicas, isr, offlineReplicas] = [numbers(decoder), numbers(decoder), numbers(decoder)];
  return tagged(decoder, { partitionErrorCode, partitionId, leader, replicas, isr, offlineReplicas });
};

const fetchById = (
  byName: Call<FetchOptions>,
  options: FetchOptions,
  ids: TopicIds,
): ReturnType<Call<FetchOptions>> => {
  const call = byName(options);
  const names = new Map(options.topics.map(({ topic }) => [idOf(ids, topic).toString('hex'), topic]));
  return {
    ...call,
    request: Object.assign({}, call.request, { apiVersion: FETCH, encode: async () => encodeFetch(options, ids) }),
    response: {
      decode: (raw) => decodeFetch(decoderOf(raw), names),
      parse: async (data) => {
        refuseOtherTopics(data as Fetched);
        return call.response.parse(data);
      },
    },
  };
};

const idOf = (ids: TopicIds, topic: string): Buffer => ids.get(topic) ?? NO_ID;

const NONE_KNOWN = -1;

const encodeFetch = (options: FetchOptions, ids: TopicIds): Fields => {
  const { replicaId = NONE_KNOWN, maxWaitTime, minBytes, maxBytes, isolationLevel = 1, topics, rackId = '' } = options;
  const fields = encoder()
    .writeUVarInt(NO_TAGS)
    .writeInt32(replicaId)
    .writeInt32(maxWaitTime)
    .writeInt32(minBytes)
    .writeInt32(maxBytes)
    .writeInt8(isolationLevel);
  // No session of incremental fetches, as kafkajs has it.
  fields.writeInt32(0).writeInt32(NONE_KNOWN);
  writeAll(fields, topics, ({ topic, partitions }) => {
    fields.writeBuffer(idOf(ids, topic));
    writeAll(fields, partitions, ({ partition, fetchOffset, maxBytes: most }) => {
      fields.writeInt32(partition).writeInt32(NONE_KNOWN).writeInt64(fetchOffset).writeInt32(NONE_KNOWN);
      fields.writeInt64(NONE_KNOWN).writeInt32(most).writeUVarInt(NO_TAGS);
    });
    fields.writeUVarInt(NO_TAGS);
  });
  writeAll(fields, [], () => undefined);
  return fields.writeUVarIntString(rackId).writeUVarInt(NO_TAGS);
};

interface Fetched {
  readonly responses: readonly {
    readonly topicName: string;
    readonly partitions: readonly { readonly errorCode: number }[];
  }[];
}

const decodeFetch = async (decoder: Reader, names: ReadonlyMap<string, string>): Promise<Fetched> => {
  const clientSideThrottleTime = decoder.readInt32();
  const [errorCode, sessionId] = [decoder.readInt16(), decoder.readInt32()];
  const responses: Fetched['responses'][number][] = [];
  for (let left = decoder.readUVarInt() - 1; left > 0; left -= 1) {
    const topicName = names.get(Buffer.from(decoder.readBytes(ID_BYTES)).toString('hex')) ?? '';
    const partitions = [];
    for (let more = decoder.readUVarInt() - 1; more > 0; more -= 1) partitions.push(await decodeRecords(decoder));
    responses.push(tagged(decoder, { topicName, partitions }));
  }
  return Object.assign({ responses }, { throttleTime: 0, clientSideThrottleTime, errorCode, sessionId });
};

const decodeRecords = async (decoder: Reader) => {
  const [partition, errorCode] = [decoder.readInt32(), decoder.readInt16()];
  const [highWatermark, lastStableOffset, lastStartOffset] = [offset(decoder), offset(decoder), offset(decoder)];
  const abortedTransactions =
    decoder.readUVarIntArray((one) => tagged(one, { producerId: offset(one), firstOffset: offset(one) })) ?? [];
  const preferredReadReplica = decoder.readInt32();
  const size = decoder.readUVarInt() - 1;
  // kafkajs's reader of records wants their length before them as a number of 32 bits.
  const messages = await decodeMessages()({
    readInt32: () => size,
    canReadBytes: (length) => decoder.canReadBytes(length),
    readBytes: (length) => decoder.readBytes(length),
  });
  const offsets = { highWatermark, lastStableOffset, lastStartOffset };
  return tagged(decoder, {
    partition,
    errorCode,
    ...offsets,
    abortedTransactions,
    preferredReadReplica,
    messages,
  });
};

const offset = (decoder: Reader): string => decoder.readInt64().toString();

type DecodeMessages = (
  decoder: Pick<Reader, 'readInt32' | 'canReadBytes' | 'readBytes'>,
) => Promise<readonly unknown[]>;

const decodeMessages = (): DecodeMessages =>
  require('kafkajs/src/protocol/requests/fetch/v4/decodeMessages') as DecodeMessages;

/** By the protocol: nobody there knows a topic of this id, or its name belongs to another one. */
const OTHER_TOPIC: ReadonlySet<number> = new Set([100, 103]);

const refuseOtherTopics = ({ responses }: Fetched): void => {
  for (const { topicName, partitions } of responses)
    if (partitions.some(({ errorCode }) => OTHER_TOPIC.has(errorCode))) throw new TopicReplaced(topicName);
};
