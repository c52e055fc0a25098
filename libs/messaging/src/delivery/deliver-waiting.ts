import { isTransient, Standstill } from '@weir/postgres';
import type { TopicMessage } from '../topics.js';
import { BEHIND, bury, buryOrSuspect, isPassedOver, setAside } from './leave-behind.js';
import { handle, type Outcome, type Serving } from './partition-serving.js';
import { originOf, withOwnHeaders } from './retry-message.js';

/** A message whose pause is over, and where it waits. */
export interface Due {
  readonly tier: number;
  readonly message: TopicMessage;
}

/**
 * Looks at what waits. What waited already when this process began says nothing yet of whether others can be handled.
 */
export const learnWaiting = async ({ run, memory, room, positions }: Serving): Promise<void> => {
  const isFirst = room.lookAgainAt() === Infinity;
  await room.learn(positions, run.signal);
  if (isFirst) memory.unproven = room.size();
};

/** The message that is due and waited longest; null when none is, or it was not fetched yet. */
export const nextDue = async (serving: Serving): Promise<Due | null> => {
  const { run, room, positions } = serving;
  const tier = room.dueTier(Date.now());
  const topic = room.lanes[tier ?? -1]?.topic;
  if (tier === null || topic === undefined) return null;
  const [message] = await run.source.read(topic, positions.get(topic) ?? 0, 1);
  if (!message) return null;
  if (originOf(message) === room.headOf(tier)) return { tier, message };
  await learnWaiting(serving);
  return null;
};

/** Tries a message that waited, unless an earlier one of its key waits in a later tier: then it waits behind that. */
export const deliverWaiting = async (serving: Serving, { tier, message }: Due): Promise<Outcome> => {
  const { memory, room } = serving;
  if (await isPassedOver(serving, message, tier)) return 'done';
  if (room.holdsEarlier(message.key, tier)) {
    await setAside(serving, message, tier + 1, BEHIND);
    return 'done';
  }
  try {
    await handle(serving, [withOwnHeaders(message)]);
    room.left(tier);
    memory.triedAt.delete(originOf(message));
    return 'done';
  } catch (fault) {
    if (fault instanceof Standstill) throw fault;
    return isTransient(fault) ? moveOn(serving, { tier, message }, fault) : buryOrSuspect(serving, [message], fault);
  }
};

/**
 * To the next tier, and from the last to the dead letters; but only when others were handled since it was tried last.
 */
const moveOn = async (serving: Serving, { tier, message }: Due, fault: unknown): Promise<Outcome> => {
  const { memory, room } = serving;
  if (memory.handled === (memory.triedAt.get(originOf(message)) ?? 0)) {
    room.postpone(tier, Date.now());
    return 'postponed';
  }
  if (tier + 1 < room.lanes.length) await setAside(serving, message, tier + 1, fault);
  else await bury(serving, message, fault);
  return 'faulted';
};
