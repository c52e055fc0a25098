import type { Fate, TopicMessage } from '../topics.js';

/** What is known of a partition beyond the life of one handler: which messages are suspect, and whether others are handled. */
export interface PartitionMemory {
  /** By topic, the last offset of a batch that faulted: up to it, messages are handed over one by one. */
  readonly suspectUntil: Map<string, number>;
  /** By topic, the message that is durable elsewhere already and not passed over yet. */
  readonly gone: Map<string, { readonly offset: number; readonly cause: unknown; readonly fate: Fate }>;
  /** By origin, what `handled` was when a waiting message was set aside or tried last. */
  readonly triedAt: Map<string, number>;
  /** Counts deliveries: waiting messages and new ones take turns. */
  turn: number;
  /** How many batches were handled so far. */
  handled: number;
  /** Messages set aside since a batch was handled. */
  unproven: number;
  /** The first message of the last batch that faulted, and how often in a row it did. */
  trouble: { readonly topic: string; readonly offset: number; readonly faults: number } | null;
}

export const createPartitionMemory = (): PartitionMemory => ({
  suspectUntil: new Map(),
  gone: new Map(),
  triedAt: new Map(),
  turn: 0,
  handled: 0,
  unproven: 0,
  trouble: null,
});

export const isSuspect = ({ suspectUntil }: PartitionMemory, { topic, offset }: TopicMessage): boolean =>
  offset <= (suspectUntil.get(topic) ?? -1);

/** How often in a row a batch that begins with `first` has faulted, this time included. */
export const noteTransientFault = (memory: PartitionMemory, { topic, offset }: TopicMessage): number => {
  const before = memory.trouble?.topic === topic && memory.trouble.offset === offset ? memory.trouble.faults : 0;
  memory.trouble = { topic, offset, faults: before + 1 };
  return before + 1;
};

/** A message that faulted alone and then did not was not at fault itself, and neither are those that were suspect with it. */
export const noteHandled = (memory: PartitionMemory, [first]: readonly [TopicMessage, ...TopicMessage[]]): void => {
  if (memory.trouble?.topic === first.topic && memory.trouble.offset === first.offset)
    memory.suspectUntil.delete(first.topic);
  memory.trouble = null;
  memory.handled += 1;
  memory.unproven = 0;
};
