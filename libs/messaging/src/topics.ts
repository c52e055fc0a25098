import type { Lost } from './positions/position-lost.js';
import type { LostPositions } from './positions/lost-positions.js';
import type { Place, Position } from './positions/position.js';

/** A message on its way to a topic. Messages of one key keep their order. */
export interface OutgoingMessage {
  readonly topic: string;
  readonly key: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly value: Uint8Array;
}

export interface TopicMessage extends OutgoingMessage {
  readonly partition: number;
  /** Contiguous from 0 within topic and partition. */
  readonly offset: number;
  readonly publishedAt: string;
}

/** Messages of one topic and partition, ascending by offset, never empty. */
export interface TopicBatch {
  readonly topic: string;
  readonly partition: number;
  readonly messages: readonly TopicMessage[];
}

/** What became of a message that is passed over: it is a dead letter, or waits in a retry topic of its group. */
export type Fate = 'dead' | 'waiting';

/**
 * What a consumer does with one partition number of all its topics. The handler owns the position: it commits how far
 * it read together with what it wrote, and is asked for it whenever the partition is (re)opened.
 */
export interface PartitionHandler {
  /** How far it read `topic` in this partition; null when it never did. */
  position(topic: string): Promise<Position | null>;
  /**
   * Commits where it stands in `topic` and which topic that is, before it is given a message of it: it had no position
   * there, or one that did not name its topic. Positions that it commits later are of the same topic.
   */
  bind(topic: string, position: Position & { readonly incarnation: string }): Promise<void>;
  /**
   * Handles a batch and commits the position behind its last message. A batch of a retry topic is one message, as it was
   * but for its place. Throws Retryable to see the same batch again after a pause, and Standstill when this process can
   * handle none: then all messages stay where they are, unread. Any other fault makes the runner hand over the messages
   * one by one to find the poisonous one.
   */
  handle(batch: TopicBatch): Promise<void>;
  /** `message` went to where `fate` says, because of `cause`, and is durable there: commit the position behind it. */
  passOver(message: TopicMessage, cause: unknown, fate: Fate): Promise<void>;
  /** The partition is taken away; nothing more will be handed over. */
  close(): Promise<void>;
}

export interface Subscription {
  readonly group: string;
  /** Lanes with the same partition count, most urgent first: an earlier one is drained before a later one is read. */
  readonly topics: readonly string[];
  /** Called when this process is given partition `partition` of every topic of the subscription. */
  open(partition: number): Promise<PartitionHandler>;
  /** Most messages in one batch; 1,000 unless told. */
  readonly maxBatch?: number;
  /**
   * Milliseconds that a message waits which faults alone while others are handled, before each further attempt, in a topic
   * for each (`retryTopic`). Messages of its key wait behind it. After the last one it is a dead letter. Without any, such
   * a message holds its partition up for as long as it takes.
   */
  readonly retryPauses?: readonly number[];
  /**
   * Milliseconds from one batch of a partition to the next, and from one fetch to the next, at least; none unless told. What
   * comes meanwhile is handed over together. After a longer quiet nothing waits.
   */
  readonly rest?: number;
  /**
   * What happens when a position does not say where to go on. 'wait' unless told: the partition stands still until a
   * person adopts the topic. 'begin anew': it is read from its first message, for who is sure that repeats do no harm.
   */
  readonly whenLost?: 'wait' | 'begin anew';
  /** Told when a partition begins anew. */
  readonly onNewBeginning?: (lost: Lost) => void;
}

/** A running subscription. */
export interface Consumption {
  /** Finishes the batch at hand, closes the handlers, gives the partitions back. */
  stop(): Promise<void>;
}

/** How many messages a group has not read yet. */
export interface Lag {
  readonly topic: string;
  readonly partition: number;
  readonly end: number;
  readonly position: number;
}

/** Topics, whatever carries them. Two adapters implement this and pass one contract suite. */
export interface Topics {
  /** What carries them, by the name that traces have for it (`messaging.system`). */
  readonly system: 'kafka' | 'postgresql';
  readonly partitions: number;
  /** Resolves when every message is durable; none is visible before. Throws Retryable when trying again can help. */
  publish(messages: readonly OutgoingMessage[]): Promise<void>;
  consume(subscription: Subscription): Promise<Consumption>;
  /** Messages from `from` on, for people and tools: dead letters, the contract suite. */
  peek(topic: string, partition: number, from: number, limit: number): Promise<readonly TopicMessage[]>;
  /** The offset that the next message of each partition will get. */
  ends(topic: string): Promise<readonly number[]>;
  /** One partition of a topic as it is now. */
  place(topic: string, partition: number): Promise<Place>;
  /** Names a topic as it is now: made anew, or in another cluster, it has another name, and old positions say nothing of it. */
  incarnation(topic: string): Promise<string>;
  /** Where partitions that this process serves stand still, because their position is lost. */
  readonly lost: LostPositions;
  /**
   * How far `group` is, by its own reports, about a second old: never ahead of what its handlers took. What it said of
   * another topic of the same name does not count.
   */
  lag(group: string): Promise<readonly Lag[]>;
  close(): Promise<void>;
}
