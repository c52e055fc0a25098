import type { Fate, PartitionHandler, Subscription, TopicBatch, TopicMessage } from '../topics.js';

/** A consumer that commits its positions in memory, as a real one does in its database, and writes down what it saw. */
export interface RecordingConsumer {
  readonly subscription: Subscription;
  /** Everything whose handling was committed, in order. */
  readonly handled: TopicMessage[];
  readonly batches: TopicBatch[];
  readonly passedOver: { readonly message: TopicMessage; readonly cause: unknown; readonly fate: Fate }[];
  readonly open: Set<number>;
}

export interface RecordingOptions {
  readonly group: string;
  readonly topics: readonly string[];
  readonly maxBatch?: number;
  readonly retryPauses?: readonly number[];
  readonly rest?: number;
  /** What was committed, by `topic/partition`: pass one map to several consumers of a group. */
  readonly positions?: Map<string, number>;
  /** Of which topic the positions are, by the same names. Those that are not here do not say. */
  readonly incarnations?: Map<string, string>;
  readonly whenLost?: NonNullable<Subscription['whenLost']>;
  /** Runs before a batch is committed; what it throws leaves nothing behind. */
  readonly before?: (batch: TopicBatch) => Promise<void> | void;
}

export const recordingConsumer = (options: RecordingOptions): RecordingConsumer => {
  const positions = options.positions ?? new Map<string, number>();
  const incarnations = options.incarnations ?? new Map<string, string>();
  const seen = {
    handled: [] as TopicMessage[],
    batches: [] as TopicBatch[],
    passedOver: [] as RecordingConsumer['passedOver'],
    open: new Set<number>(),
  };
  const handlerOf = (partition: number): PartitionHandler => ({
    position: async (topic) => {
      const next = positions.get(`${topic}/${partition}`);
      return next === undefined ? null : { next, incarnation: incarnations.get(`${topic}/${partition}`) ?? null };
    },
    bind: async (topic, { next, incarnation }) => {
      positions.set(`${topic}/${partition}`, next);
      incarnations.set(`${topic}/${partition}`, incarnation);
    },
    handle: async (batch) => {
      const from = positions.get(`${batch.topic}/${batch.partition}`) ?? 0;
      await options.before?.(batch);
      seen.batches.push(batch);
      seen.handled.push(...batch.messages.filter(({ offset }) => offset >= from));
      positions.set(`${batch.topic}/${batch.partition}`, (batch.messages.at(-1)?.offset ?? -1) + 1);
    },
    passOver: async (message, cause, fate) => {
      seen.passedOver.push({ message, cause, fate });
      positions.set(`${message.topic}/${message.partition}`, message.offset + 1);
    },
    close: async () => void seen.open.delete(partition),
  });
  const open = async (partition: number): Promise<PartitionHandler> => {
    seen.open.add(partition);
    return handlerOf(partition);
  };
  const { group, topics, maxBatch, retryPauses, rest, whenLost } = options;
  return {
    ...seen,
    subscription: {
      group,
      topics,
      open,
      ...(maxBatch !== undefined && { maxBatch }),
      ...(retryPauses && { retryPauses }),
      ...(rest !== undefined && { rest }),
      ...(whenLost && { whenLost }),
    },
  };
};
