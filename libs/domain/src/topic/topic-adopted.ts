/**
 * A person let a group read a topic from its first message on, because its position did not say where to go on. Groups are
 * those of consumers; `relay` is what publishes decisions.
 */
export interface TopicAdopted {
  readonly type: 'TopicAdopted';
  readonly version: 1;
  readonly data: {
    readonly group: string;
    readonly topic: string;
    /** Names the topic that is read from now on: the ids of its cluster and its own. */
    readonly incarnation: string;
    readonly partitions: readonly AdoptedPartition[];
    readonly because: string;
    /** Who decided, as they named themselves. */
    readonly by: string;
    readonly adoptedAt: string;
  };
}

/** Where a group stood in a partition, and where it goes on. The relay's positions are those of the log. */
export interface AdoptedPartition {
  readonly partition: number;
  readonly loss: 'another topic' | 'cut' | 'beyond the end';
  /** Names the topic that was read until then; null: a version before did not tell. */
  readonly was: string | null;
  readonly from: number;
  readonly to: number;
}
