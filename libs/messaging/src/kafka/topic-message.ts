import type { IHeaders, KafkaMessage } from 'kafkajs';
import type { TopicMessage } from '../topics.js';

/** A record as the rest of the system knows messages. The bytes are copied: a slice would keep the whole answer of the broker in memory. */
export const topicMessageOf = (topic: string, partition: number, { offset, key, value, headers, timestamp }: KafkaMessage): TopicMessage => ({
  topic,
  partition,
  offset: Number(offset),
  key: key?.toString('utf8') ?? '',
  headers: textHeaders(headers ?? {}),
  value: Buffer.from(value ?? EMPTY),
  publishedAt: new Date(Number(timestamp)).toISOString(),
});

const EMPTY = Buffer.alloc(0);

const textHeaders = (headers: IHeaders): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, (Array.isArray(value) ? value.at(-1) : value)?.toString() ?? '']));
