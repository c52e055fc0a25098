import { MAX_MESSAGE_BYTES } from '@weir/contracts';
import { Retryable } from '@weir/postgres';
import { isOverflowTopic } from '../delivery/overflow-topic.js';
import { MessageTooLarge, messageBytes } from '../message-too-large.js';
import type { OutgoingMessage } from '../topics.js';
import { createWaitingBound } from '../waiting-bound.js';

interface Waiting {
  readonly messages: readonly OutgoingMessage[];
  readonly bytes: number;
  readonly resolve: () => void;
  readonly reject: (fault: unknown) => void;
}

/** Limits of one commit; a single call larger than that is a commit of its own. */
const MAX_COMMIT_MESSAGES = 2_000;
const MAX_COMMIT_BYTES = 16 * 1024 * 1024;

export interface Publisher {
  /**
   * Resolves when the messages are durable. Calls keep their order.
   * @throws TopicsUnavailable at once when too much waits for PostgreSQL already.
   */
  publish(messages: readonly OutgoingMessage[]): Promise<void>;
  /** Resolves when nothing is waiting. */
  drain(): Promise<void>;
}

/**
 * Groups the publish calls that arrive while a commit is under way into the next commit: an fsync costs about 1 ms,
 * whatever it carries. A call whose messages PostgreSQL refuses fails alone.
 */
export const createPublisher = (
  insert: (messages: readonly OutgoingMessage[]) => Promise<void>,
  mostWaitingBytes?: number,
): Publisher => {
  const bound = createWaitingBound('PostgreSQL', mostWaitingBytes);
  const queue: Waiting[] = [];
  let draining: Promise<void> | null = null;

  const drain = async (): Promise<void> => {
    for (let group = takeGroup(queue); group.length > 0; group = takeGroup(queue)) await commit(insert, group);
    draining = null;
  };
  return {
    publish: async (messages) => {
      if (messages.length === 0) return;
      const bytes = messages.reduce((sum, message) => sum + checkedBytes(message), 0);
      const enqueue = (): Promise<void> =>
        new Promise<void>((resolve, reject) => {
          queue.push({ messages, bytes, resolve, reject });
          draining ??= drain();
        });
      await bound.hold(bytes, enqueue);
    },
    drain: async () => {
      while (draining) await draining;
    },
  };
};

const checkedBytes = (message: OutgoingMessage): number => {
  const bytes = messageBytes(message);
  if (bytes > MAX_MESSAGE_BYTES && !isOverflowTopic(message.topic))
    throw new MessageTooLarge(message.topic, message.key, bytes);
  return bytes;
};

const takeGroup = (queue: Waiting[]): readonly Waiting[] => {
  let messages = 0;
  let bytes = 0;
  let count = 0;
  for (const waiting of queue) {
    messages += waiting.messages.length;
    bytes += waiting.bytes;
    if (count > 0 && (messages > MAX_COMMIT_MESSAGES || bytes > MAX_COMMIT_BYTES)) break;
    count += 1;
  }
  return queue.splice(0, count);
};

const commit = async (
  insert: (messages: readonly OutgoingMessage[]) => Promise<void>,
  group: readonly Waiting[],
): Promise<void> => {
  try {
    await insert(group.flatMap(({ messages }) => messages));
    for (const { resolve } of group) resolve();
  } catch (fault) {
    const [only] = group;
    if (fault instanceof Retryable) for (const { reject } of group) reject(fault);
    else if (only && group.length === 1) only.reject(fault);
    else for (const one of group) await commit(insert, [one]);
  }
};
