import { Retryable } from '@weir/postgres';
import type { Loss, Place, Position } from './position.js';

/** What was lost, and whose. */
export interface Lost {
  readonly group: string;
  readonly topic: string;
  readonly partition: number;
  readonly loss: Loss;
  readonly position: Position;
  readonly place: Place;
}

const LOOK_AGAIN_AFTER_MS = 5_000;

/**
 * A reader does not know where to go on and stands still: whatever it took for its position, it would leave messages
 * out. Looked at again every 5 s, so that it goes on by itself once a person adopted the topic.
 */
export class PositionLost extends Retryable {
  override readonly name: string = 'PositionLost';

  constructor(readonly lost: Lost) {
    super(sentence(lost), { retryAfter: LOOK_AGAIN_AFTER_MS });
  }
}

const sentence = ({ group, topic, partition, loss, position: { next, incarnation }, place }: Lost): string => {
  const where = `${group} stands still at partition ${partition} of ${topic}`;
  const cure = 'See docs/how-to/adopt-topics.md: `weir topics adopt` shows what there is to read, and reads it.';
  switch (loss) {
    case 'another topic':
      return `${where}: it read ${incarnation ?? 'a topic'} up to ${next}, and this is ${place.incarnation}, made anew or in another cluster. ${cure}`;
    case 'cut':
      return `${where}: it was read up to ${next} and begins at ${place.first} now, so that ${place.first - next} messages are gone that were not read. ${cure}`;
    case 'beyond the end':
      return `${where}: it ends at ${place.end} and was read up to ${next}, so its brokers lost messages or it was made anew. ${cure}`;
    default:
      return loss satisfies never;
  }
};
