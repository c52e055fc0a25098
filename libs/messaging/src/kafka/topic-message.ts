import type { IHeaders, KafkaMessage } from 'kafkajs';
import type { TopicMessage } from '../topics.js';

/**
 * A record as the rest of the system knows messages. Its value is a part of the memory of its batch, which stays until
 * the last of its messages is done: 800 KB at most of those that we publish.
 */
export const topicMessageOf = (
  topic: string,
  partition: number,
  { offset, key, value, headers, timestamp }: KafkaMessage,
): TopicMessage => ({
  topic,
  partition,
  offset: Number(offset),
  key: key?.toString('utf8') ?? '',
  headers: textHeaders(headers ?? {}),
  value: value ?? EMPTY,
  publishedAt: instantOf(timestamp),
});

const EMPTY = Buffer.alloc(0);

/** The records of a batch mostly have one timestamp. */
let last = { timestamp: '', instant: '' };

const instantOf = (timestamp: string): string => {
  if (timestamp !== last.timestamp) last = { timestamp, instant: new Date(Number(timestamp)).toISOString() };
  return last.instant;
};

const textHeaders = (headers: IHeaders): Record<string, string> =>
  Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [
      name,
      (Array.isArray(value) ? value.at(-1) : value)?.toString() ?? '',
    ]),
  );
