import type { Place } from '../positions/position.js';
import type { OutgoingMessage, TopicMessage } from '../topics.js';

/** Where one partition's messages come from; each adapter has its own. */
export interface PartitionSource {
  /** Messages of `topic` from offset `from` on, ascending, at most `most`; empty when there are none yet. */
  read(topic: string, from: number, most: number): Promise<readonly TopicMessage[]>;
  /**
   * Resolves when there may be something new, after `milliseconds`, or when `signal` aborts. `since` is a mark taken
   * before the last read.
   */
  wait(since: number, signal: AbortSignal, milliseconds?: number): Promise<unknown>;
  /** A mark for `wait`. */
  mark(): number;
  /** The partition of `topic` as it is now. Rejects when what `read` gives is of another topic of this name. */
  place(topic: string): Promise<Place>;
  /** Publishes what became of a message; rejects when this process does not own the partition any more. */
  publish(message: OutgoingMessage): Promise<void>;
  /** Told after every batch, for lag and trimming. */
  passed(topic: string, position: number): void;
}
