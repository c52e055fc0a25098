/** How far a consumer read one partition of a topic. It says nothing of another topic of the same name. */
export interface Position {
  /** The next offset to read. */
  readonly next: number;
  /** Names the topic that was read, as `Topics.incarnation` does; null in what a version before kept. */
  readonly incarnation: string | null;
}

/** One partition of a topic as it is now. */
export interface Place {
  /** Names this topic: made anew, or in another cluster, it has another name. */
  readonly incarnation: string;
  /** The first offset that is still kept. */
  readonly first: number;
  /** The offset that the next message will get. */
  readonly end: number;
}

/**
 * Why a position does not say where to go on: it belongs to another topic; messages behind it are gone before they were
 * read; or the topic ends before it, so that what is published next would be taken for read.
 */
export type Loss = 'another topic' | 'cut' | 'beyond the end';

/** Whether a position says where to go on in a place; null when it does. Of what a version before kept, the topic is believed. */
export const lossOf = ({ next, incarnation }: Position, place: Place): Loss | null => {
  if (incarnation !== null && incarnation !== place.incarnation) return 'another topic';
  if (next < place.first) return 'cut';
  return next > place.end ? 'beyond the end' : null;
};
