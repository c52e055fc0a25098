import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { zstdDecompressSync } from 'node:zlib';
import kafkajs, { Kafka, logLevel, type Admin, type EachBatchPayload } from 'kafkajs';
import { findFlowTopics } from '../host/flow-topics.ts';

kafkajs.CompressionCodecs[kafkajs.CompressionTypes.ZSTD] = () => ({
  decompress: async (batch: Buffer) => zstdDecompressSync(batch),
});

/** Dead letters on Kafka, read by a plain client that no service uses. */
export interface DeadLetterFollower {
  /** The texts of all that are there now: key, headers and value of each. */
  read(): Promise<readonly string[]>;
  close(): Promise<void>;
}

const READ_WITHIN_MS = 30_000;
/** A fetch that finds nothing is waited for when the client is closed. */
const LONGEST_FETCH_MS = 200;

/** Follows every topic of dead letters of the flow, whatever else the brokers carry: a group that is joined anew for each look takes seconds. */
export const followDeadLetters = async (brokers: readonly string[]): Promise<DeadLetterFollower> => {
  const kafka = new Kafka({ clientId: 'stories', brokers: [...brokers], logLevel: logLevel.NOTHING });
  const admin = kafka.admin();
  const consumer = kafka.consumer({ groupId: `stories-${randomUUID()}`, maxWaitTimeInMs: LONGEST_FETCH_MS });
  const seen = collectLetters();
  const close = async (): Promise<void> => {
    await consumer.disconnect();
    await admin.disconnect();
  };
  try {
    await admin.connect();
    const topics = (await findFlowTopics(brokers)).filter((topic) => topic.endsWith('.dead'));
    await consumer.connect();
    await consumer.subscribe({ topics, fromBeginning: true });
    await consumer.run({ autoCommit: false, eachBatch: async ({ batch }) => seen.add(batch) });
    return { read: async () => seen.upTo(await endsOf(admin, topics)), close };
  } catch (fault) {
    await close();
    throw fault;
  }
};

interface End {
  readonly place: string;
  /** The offset that the next message will get. */
  readonly end: number;
}

const placeOf = (topic: string, partition: number): string => `${topic}/${partition}`;

/** One topic after the other: questions that one admin is asked at the same moment get in each other's way. */
const endsOf = async (admin: Admin, topics: readonly string[]): Promise<readonly End[]> => {
  const ends: End[] = [];
  for (const topic of topics) {
    for (const { partition, low, high } of await admin.fetchTopicOffsets(topic))
      if (low !== high) ends.push({ place: placeOf(topic, partition), end: Number(high) });
  }
  return ends;
};

interface Collection {
  add(batch: EachBatchPayload['batch']): void;
  /** All letters, once those before these ends are among them. */
  upTo(ends: readonly End[]): Promise<readonly string[]>;
}

const collectLetters = (): Collection => {
  const texts: string[] = [];
  const next = new Map<string, number>();
  let more = Promise.withResolvers<undefined>();
  const missing = (ends: readonly End[]): readonly End[] =>
    ends.filter(({ place, end }) => (next.get(place) ?? 0) < end);
  return {
    add: (batch) => {
      const place = placeOf(batch.topic, batch.partition);
      // A client that lost its place begins anew.
      texts.push(...batch.messages.filter(({ offset }) => Number(offset) >= (next.get(place) ?? 0)).map(textOf));
      next.set(place, Math.max(next.get(place) ?? 0, Number(batch.lastOffset()) + 1));
      more.resolve(undefined);
      more = Promise.withResolvers();
    },
    upTo: async (ends) => {
      const late = AbortSignal.timeout(READ_WITHIN_MS);
      const isLate = once(late, 'abort').then(() => {
        throw new Error(`${JSON.stringify(missing(ends))} were not read within ${READ_WITHIN_MS / 1000} s`);
      });
      isLate.catch(() => undefined);
      while (missing(ends).length > 0) await Promise.race([more.promise, isLate]);
      return [...texts];
    },
  };
};

const textOf = ({ key, headers = {}, value }: EachBatchPayload['batch']['messages'][number]): string => {
  const told = Object.fromEntries(Object.entries(headers).map(([name, header]) => [name, String(header)]));
  return `${String(key)}\n${JSON.stringify(told)}\n${String(value ?? '')}`;
};
