import type { Logger } from '@weir/postgres';
import type { LostPositions } from '../positions/lost-positions.js';
import type { PartitionHandler, Subscription, TopicMessage } from '../topics.js';
import { noteHandled, type PartitionMemory } from './partition-memory.js';
import type { PartitionSource } from './partition-source.js';
import type { WaitingRoom } from './waiting-room.js';

export interface PartitionRun {
  readonly partition: number;
  readonly subscription: Subscription;
  readonly source: PartitionSource;
  readonly logger: Logger;
  readonly lost: LostPositions;
  /** Aborts when the partition is taken away or the subscription stops; the batch at hand is finished. */
  readonly signal: AbortSignal;
}

/** A partition while one handler is open. */
export interface Serving {
  readonly run: PartitionRun;
  /** Outlives the handler. */
  readonly memory: PartitionMemory;
  /** Outlives the handler. */
  readonly room: WaitingRoom;
  readonly handler: PartitionHandler;
  /** The next offset to read, by topic. */
  readonly positions: Map<string, number>;
}

/** Messages of one topic, ascending. */
export type Messages = readonly [TopicMessage, ...TopicMessage[]];

/** What a delivery came to. `faulted`: go on with a new handler. `postponed`: that too, and nothing was achieved. */
export type Outcome = 'done' | 'faulted' | 'postponed';

/** Hands messages over; throws what the handler throws. */
export const handle = async (serving: Serving, messages: Messages): Promise<void> => {
  const [{ topic, partition, offset }] = messages;
  await serving.handler.handle({ topic, partition, messages });
  noteHandled(serving.memory, messages);
  moveBehind(serving, topic, messages.at(-1)?.offset ?? offset);
};

/** The handler has committed the position behind `offset`. */
export const moveBehind = ({ run, positions }: Serving, topic: string, offset: number): void => {
  positions.set(topic, offset + 1);
  run.source.passed(topic, offset + 1);
};
