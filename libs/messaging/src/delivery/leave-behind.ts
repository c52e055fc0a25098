import type { Fate, TopicMessage } from '../topics.js';
import { deadLetterOf } from './dead-letter.js';
import { isSuspect } from './partition-memory.js';
import { moveBehind, type Messages, type Outcome, type Serving } from './partition-serving.js';
import { originalOf, originOf, waitingMessage } from './retry-message.js';

/** Why a message waits that did not fault itself. */
export const BEHIND = 'an earlier message of this key waits';

/**
 * After a fault that trying again cannot cure: the first message is a dead letter when it was handed over alone, by a
 * handler that was opened for it. Else its batch is suspect from now on, and is handed over one by one.
 */
export const buryOrSuspect = async (serving: Serving, messages: Messages, fault: unknown): Promise<Outcome> => {
  const { memory } = serving;
  const [first] = messages;
  if (!isSuspect(memory, first)) {
    memory.suspectUntil.set(first.topic, messages.at(-1)?.offset ?? first.offset);
    throw fault;
  }
  await bury(serving, first, fault);
  return 'faulted';
};

/** Makes a dead letter of a message. */
export const bury = async (serving: Serving, message: TopicMessage, cause: unknown): Promise<void> => {
  const { run, memory } = serving;
  const original = originalOf(message);
  await run.source.publish(deadLetterOf(original, cause, new Date()));
  memory.triedAt.delete(originOf(message));
  const { topic, partition, offset, key } = original;
  run.logger.error(
    { err: cause, group: run.subscription.group, topic, partition, offset, key },
    'a message cannot be handled and became a dead letter',
  );
  await leave(serving, message, cause, 'dead');
};

/** Lets a message wait in a tier of the waiting room. */
export const setAside = async (
  serving: Serving,
  message: TopicMessage,
  tier: number,
  cause: unknown,
): Promise<void> => {
  const { run, memory, room } = serving;
  const lane = room.lanes[tier];
  if (!lane) throw new Error(`There is no retry topic for attempt ${tier + 1}.`);
  const now = new Date();
  await run.source.publish(waitingMessage(message, { ...lane, cause, now }));
  room.entered(tier, message, now.getTime());
  if (tier === 0 && cause !== BEHIND) memory.unproven += 1;
  memory.triedAt.set(originOf(message), memory.handled);
  const { topic, partition, offset, key } = originalOf(message);
  const told = { err: cause, group: run.subscription.group, topic, partition, offset, key, milliseconds: lane.pause };
  run.logger.warn(told, 'a message is set aside and tried again later');
  await leave(serving, message, cause, 'waiting');
};

/** The message is durable where it went: a fault from here on must not send it there again. */
const leave = (serving: Serving, message: TopicMessage, cause: unknown, fate: Fate): Promise<void> => {
  serving.memory.gone.set(message.topic, { offset: message.offset, cause, fate });
  return passOver(serving, message, cause, fate);
};

/**
 * Whether a message is durable elsewhere, since a fault came between sending it there and passing it over; it is
 * passed over then.
 */
export const isPassedOver = async (serving: Serving, message: TopicMessage, tier: number): Promise<boolean> => {
  const gone = serving.memory.gone.get(message.topic);
  if (gone?.offset === message.offset) await passOver(serving, message, gone.cause, gone.fate);
  // A process that ended between the two left no memory, but the message waits.
  else if (serving.room.holdsOrigin(originOf(message), tier))
    await passOver(serving, message, 'it waits already', 'waiting');
  else return false;
  return true;
};

const passOver = async (serving: Serving, message: TopicMessage, cause: unknown, fate: Fate): Promise<void> => {
  const { memory, room, handler } = serving;
  const { topic, offset } = message;
  await handler.passOver(message, cause, fate);
  memory.gone.delete(topic);
  const tier = room.lanes.findIndex((lane) => lane.topic === topic);
  if (tier >= 0) room.left(tier);
  moveBehind(serving, topic, offset);
};
