import type { OutgoingMessage, TopicMessage } from '../topics.js';
import { describeCause } from './dead-letter.js';

/** Headers that a waiting message carries besides its own. */
export const RETRY_HEADERS = {
  topic: 'weir-retry-topic',
  partition: 'weir-retry-partition',
  offset: 'weir-retry-offset',
  due: 'weir-retry-due',
  cause: 'weir-retry-cause',
} as const;

export interface Wait {
  readonly topic: string;
  /** Milliseconds. */
  readonly pause: number;
  readonly cause: unknown;
  readonly now: Date;
}

/** `message`, from a lane or from another retry topic, as it waits in the retry topic `topic`. */
export const waitingMessage = (message: TopicMessage, { topic, pause, cause, now }: Wait): OutgoingMessage => {
  const original = originalOf(message);
  return {
    topic,
    key: original.key,
    headers: {
      ...original.headers,
      [RETRY_HEADERS.topic]: original.topic,
      [RETRY_HEADERS.partition]: String(original.partition),
      [RETRY_HEADERS.offset]: String(original.offset),
      [RETRY_HEADERS.due]: new Date(now.getTime() + pause).toISOString(),
      [RETRY_HEADERS.cause]: describeCause(cause),
    },
    value: original.value,
  };
};

/** A message as it was in the lane that it came from, with its place there; a message of a lane is its own original. */
export const originalOf = (message: TopicMessage): TopicMessage => {
  const topic = message.headers[RETRY_HEADERS.topic];
  if (topic === undefined) return message;
  return {
    ...message,
    topic,
    partition: Number(message.headers[RETRY_HEADERS.partition]),
    offset: Number(message.headers[RETRY_HEADERS.offset]),
    headers: ownHeaders(message),
  };
};

/** What its handler is given: the place that it has now, and no header that was added on the way. */
export const withOwnHeaders = (message: TopicMessage): TopicMessage => ({ ...message, headers: ownHeaders(message) });

/** Names a message whatever topic it waits in. */
export const originOf = (message: TopicMessage): string => {
  const { topic, partition, offset } = originalOf(message);
  return `${topic}/${partition}/${offset}`;
};

/** When a waiting message is to be tried again, in milliseconds since 1970. */
export const dueAt = (message: TopicMessage): number => Date.parse(message.headers[RETRY_HEADERS.due] ?? '') || 0;

const OURS: ReadonlySet<string> = new Set(Object.values(RETRY_HEADERS));

const ownHeaders = ({ headers }: TopicMessage): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(headers).filter(([name]) => !OURS.has(name)));
