import type { PartitionRun } from '../delivery/partition-serving.js';
import type { PartitionHandler } from '../topics.js';
import { PositionLost } from './position-lost.js';
import { lossOf, type Place, type Position } from './position.js';

/**
 * Where a handler goes on in a topic, by its own position and what the topic is now. One that has none begins at the
 * first message that is kept. Invariant: a position is bound to its topic before a message is handled, so that what is
 * read on is always what was read before.
 * @throws PositionLost when the position does not say where to go on, unless the subscription begins anew then.
 */
export const settlePosition = async (run: PartitionRun, handler: PartitionHandler, topic: string): Promise<number> => {
  const { partition, source, subscription, lost } = run;
  const { group } = subscription;
  // The position first: what is read of it and published meanwhile only makes the end larger.
  const position = await handler.position(topic);
  const place = await source.place(topic);
  const loss = position && lossOf(position, place);
  if (position && loss === null && position.incarnation !== null) {
    lost.note({ group, topic, partition, fault: null });
    return position.next;
  }
  const fault = position && loss && new PositionLost({ group, topic, partition, loss, position, place });
  if (fault && subscription.whenLost !== 'begin anew') {
    lost.note({ group, topic, partition, fault });
    throw fault;
  }
  if (fault) tellNewBeginning(run, topic, fault);
  return bind(run, handler, topic, { position: fault ? null : position, place });
};

const bind = async (
  { lost, subscription: { group }, partition }: PartitionRun,
  handler: PartitionHandler,
  topic: string,
  { position, place }: { readonly position: Position | null; readonly place: Place },
): Promise<number> => {
  const next = position?.next ?? place.first;
  await handler.bind(topic, { next, incarnation: place.incarnation });
  lost.note({ group, topic, partition, fault: null });
  return next;
};

const tellNewBeginning = (
  { logger, subscription, partition }: PartitionRun,
  topic: string,
  fault: PositionLost,
): void => {
  const { position, place, loss } = fault.lost;
  const missed = loss === 'cut' ? place.first - position.next : null;
  logger.error(
    { group: subscription.group, topic, partition, loss, position, place, missed },
    'a position was lost: the topic is read from its beginning',
  );
  subscription.onNewBeginning?.(fault.lost);
};
