import { isTransient, keepGoing, type Logger, Standstill } from '@weir/postgres';
import { countFault } from '@weir/service/observe';
import type { Fate, PartitionHandler, Subscription, TopicMessage } from '../topics.js';
import { deadLetterOf } from './dead-letter.js';
import { createPartitionMemory, isSuspect, noteHandled, noteTransientFault, type PartitionMemory } from './partition-memory.js';
import type { PartitionSource } from './partition-source.js';
import { originalOf, originOf, waitingMessage, withOwnHeaders } from './retry-message.js';
import { allTopics, retryTopicsOf } from './retry-topics.js';
import { createWaitingRoom, type WaitingRoom } from './waiting-room.js';

export interface PartitionRun {
  readonly partition: number;
  readonly subscription: Subscription;
  readonly source: PartitionSource;
  readonly logger: Logger;
  /** Aborts when the partition is taken away or the subscription stops; the batch at hand is finished. */
  readonly signal: AbortSignal;
}

interface Serving {
  readonly run: PartitionRun;
  readonly memory: PartitionMemory;
  readonly room: WaitingRoom;
  readonly handler: PartitionHandler;
  readonly positions: Map<string, number>;
}

type Messages = readonly [TopicMessage, ...TopicMessage[]];

/** `faulted`: go on with a new handler. `postponed`: that too, and nothing was achieved. */
type Outcome = 'done' | 'faulted' | 'postponed';

const DEFAULT_MAX_BATCH = 1_000;
/** What a live message may have to wait for: so many of a later lane take evaluation 20 to 50 ms, with their commit. */
const MOST_OF_A_LATER_LANE = 50;
/** Attempts, with the first pauses of the back-off between them, before a message is set aside: short blips end within. */
const ATTEMPTS_IN_PLACE = 3;
/** So many messages set aside one after the other, and none handled between them: it is not the messages. */
const MOST_UNPROVEN = 8;
/** A message that is due and was not fetched yet is looked for again after so long. */
const LEAST_WAIT_MS = 50;
const BEHIND = 'an earlier message of this key waits';

/**
 * Hands one partition's messages to its handler until the signal aborts; never rejects. Invariant: every fault closes
 * the handler and opens a new one, which says where to go on, so that no fault leaves half a state behind. A message is
 * only called poison when a freshly opened handler faults on it alone, and only set aside for its transient faults while
 * others are handled: what befalls all of them (a database, a broker that is away) stops the partition and is waited for.
 * A Standstill of the process is no message's fault either: the partition waits, and its messages stay where they are.
 */
export const runPartition = async (run: PartitionRun): Promise<void> => {
  const { subscription, source, partition, signal, logger } = run;
  const memory = createPartitionMemory();
  const topics = retryTopicsOf(subscription);
  const room = createWaitingRoom(source, (subscription.retryPauses ?? []).map((pause, tier) => ({ topic: topics[tier] ?? '', pause })));
  const work = (succeeded: () => void): Promise<void> => serve(run, memory, room, succeeded);
  await keepGoing({ what: 'serve a partition', work, logger, about: { group: subscription.group, partition }, signal, onFault: countFault });
};

/** Opens a handler and feeds it; returns when the signal aborts or a message was passed over after a fault. */
const serve = async (run: PartitionRun, memory: PartitionMemory, room: WaitingRoom, succeeded: () => void): Promise<void> => {
  const handler = await run.subscription.open(run.partition);
  try {
    const serving: Serving = { run, memory, room, handler, positions: new Map() };
    for (const topic of allTopics(run.subscription)) serving.positions.set(topic, await handler.position(topic));
    for (const [topic, position] of serving.positions) run.source.passed(topic, position);
    await learn(serving);
    await feed(serving, succeeded);
  } finally {
    await handler.close().catch((fault: unknown) => {
      run.logger.error({ err: fault, group: run.subscription.group, partition: run.partition }, 'a partition handler failed to close');
    });
  }
};

/** What waited already when this process began says nothing yet of whether others can be handled. */
const learn = async ({ run, memory, room, positions }: Serving): Promise<void> => {
  const isFirst = room.lookAt() === Infinity;
  await room.learn(positions, run.signal);
  if (isFirst) memory.unproven = room.size();
};

/** Waiting messages that are due and new messages take turns, so that neither can hold up the other. */
const feed = async (serving: Serving, succeeded: () => void): Promise<void> => {
  const { run, memory, room } = serving;
  while (!run.signal.aborted) {
    memory.turn += 1;
    const mark = run.source.mark();
    if (Date.now() >= room.lookAt()) await learn(serving);
    const first = memory.turn % 2 === 0 ? await dueMessage(serving) : null;
    const messages = first ? null : await nextMessages(serving);
    const due = messages ? null : (first ?? (await dueMessage(serving)));
    if (!messages && !due) {
      await run.source.wait(mark, run.signal, Math.max(LEAST_WAIT_MS, room.nextAt() - Date.now()));
      continue;
    }
    const outcome = due ? await deliverWaiting(serving, due) : await deliver(serving, messages as Messages);
    if (outcome !== 'postponed') succeeded();
    if (outcome !== 'done') return;
  }
};

/** From the first lane that has any: an earlier lane is asked again after every batch. */
const nextMessages = async ({ run, memory, room, positions }: Serving): Promise<Messages | null> => {
  const { topics, maxBatch = DEFAULT_MAX_BATCH } = run.subscription;
  for (const topic of topics) {
    const from = positions.get(topic) ?? 0;
    const singly = from <= (memory.until.get(topic) ?? -1);
    const most = topic === topics[0] ? maxBatch : Math.min(maxBatch, MOST_OF_A_LATER_LANE);
    const [first, ...rest] = await run.source.read(topic, from, singly ? 1 : most);
    if (first && !(room.isFull() && room.holds(first.key))) return [first, ...rest];
  }
  return null;
};

const deliver = async (serving: Serving, messages: Messages): Promise<Outcome> => {
  const { memory, room } = serving;
  const [first] = messages;
  const gone = memory.gone.get(first.topic);
  if (gone?.offset === first.offset) return passOver(serving, first, gone.cause, gone.fate);
  if (room.size() > 0) {
    // A process that ended between setting aside and passing over left it so.
    if (room.holdsOrigin(originOf(first), -1)) return passOver(serving, first, 'it waits already', 'waiting');
    if (room.holds(first.key)) return setAside(serving, first, 0, BEHIND);
  }
  const [, ...rest] = messages;
  const held = room.size() === 0 ? -1 : rest.findIndex(({ key }) => room.holds(key));
  const batch: Messages = [first, ...(held < 0 ? rest : rest.slice(0, held))];
  try {
    await handle(serving, batch);
    return 'done';
  } catch (fault) {
    if (fault instanceof Standstill) throw fault;
    if (!isTransient(fault)) return suspectOrBury(serving, batch, fault);
    const faults = noteTransientFault(memory, first);
    if (batch.length > 1 && faults > 1) memory.until.set(first.topic, batch.at(-1)?.offset ?? first.offset);
    if (batch.length > 1 || faults < ATTEMPTS_IN_PLACE || !maySetAside(serving)) throw fault;
    await setAside(serving, first, 0, fault);
    return 'faulted';
  }
};

const maySetAside = ({ memory, room }: Serving): boolean => room.lanes.length > 0 && memory.unproven < MOST_UNPROVEN && !room.isFull();

const handle = async ({ run, memory, handler, positions }: Serving, batch: Messages): Promise<void> => {
  const [{ topic, partition, offset }] = batch;
  await handler.handle({ topic, partition, messages: batch });
  noteHandled(memory, batch);
  const next = (batch.at(-1)?.offset ?? offset) + 1;
  positions.set(topic, next);
  run.source.passed(topic, next);
};

const suspectOrBury = async (serving: Serving, batch: Messages, fault: unknown): Promise<Outcome> => {
  const { memory } = serving;
  const [first] = batch;
  if (!isSuspect(memory, first)) {
    memory.until.set(first.topic, batch.at(-1)?.offset ?? first.offset);
    throw fault;
  }
  await bury(serving, first, fault);
  return 'faulted';
};

interface Due {
  readonly tier: number;
  readonly message: TopicMessage;
}

const dueMessage = async (serving: Serving): Promise<Due | null> => {
  const { run, room, positions } = serving;
  const tier = room.dueTier(Date.now());
  const topic = room.lanes[tier ?? -1]?.topic;
  if (tier === null || topic === undefined) return null;
  const [message] = await run.source.read(topic, positions.get(topic) ?? 0, 1);
  if (!message) return null;
  if (originOf(message) === room.headOf(tier)) return { tier, message };
  await learn(serving);
  return null;
};

/** Tries a waiting message whose pause is over. It moves on to the next pause only when others were handled since its last attempt. */
const deliverWaiting = async (serving: Serving, { tier, message }: Due): Promise<Outcome> => {
  const { memory, room } = serving;
  const origin = originOf(message);
  const gone = memory.gone.get(message.topic);
  if (gone?.offset === message.offset) return passOver(serving, message, gone.cause, gone.fate);
  if (room.holdsOrigin(origin, tier)) return passOver(serving, message, 'it waits already', 'waiting');
  if (room.holdsEarlier(message.key, tier)) return setAside(serving, message, tier + 1, BEHIND);
  try {
    await handle(serving, [withOwnHeaders(message)]);
    room.left(tier);
    memory.triedAt.delete(origin);
    return 'done';
  } catch (fault) {
    if (fault instanceof Standstill) throw fault;
    if (!isTransient(fault)) return suspectOrBury(serving, [message], fault);
    if (memory.handled === (memory.triedAt.get(origin) ?? 0)) {
      room.postpone(tier, Date.now());
      return 'postponed';
    }
    await (tier + 1 < room.lanes.length ? setAside(serving, message, tier + 1, fault) : bury(serving, message, fault));
    return 'faulted';
  }
};

const setAside = async (serving: Serving, message: TopicMessage, tier: number, cause: unknown): Promise<Outcome> => {
  const { run, memory, room } = serving;
  const lane = room.lanes[tier];
  if (!lane) return 'done';
  const now = new Date();
  await run.source.publish(waitingMessage(message, { ...lane, cause, now }));
  room.entered(tier, message, now.getTime());
  if (tier === 0 && cause !== BEHIND) memory.unproven += 1;
  memory.triedAt.set(originOf(message), memory.handled);
  const { topic, partition, offset, key } = originalOf(message);
  run.logger.warn({ err: cause, group: run.subscription.group, topic, partition, offset, key, milliseconds: lane.pause }, 'a message is set aside and tried again later');
  return leave(serving, message, cause, 'waiting');
};

const bury = async (serving: Serving, message: TopicMessage, cause: unknown): Promise<Outcome> => {
  const { run, memory } = serving;
  const original = originalOf(message);
  await run.source.publish(deadLetterOf(original, cause, new Date()));
  memory.triedAt.delete(originOf(message));
  const { topic, partition, offset, key } = original;
  run.logger.error({ err: cause, group: run.subscription.group, topic, partition, offset, key }, 'a message cannot be handled and became a dead letter');
  return leave(serving, message, cause, 'dead');
};

/** The message is durable where it went: a fault from here on must not send it there again. */
const leave = (serving: Serving, message: TopicMessage, cause: unknown, fate: Fate): Promise<Outcome> => {
  serving.memory.gone.set(message.topic, { offset: message.offset, cause, fate });
  return passOver(serving, message, cause, fate);
};

const passOver = async ({ run, memory, room, handler, positions }: Serving, message: TopicMessage, cause: unknown, fate: Fate): Promise<Outcome> => {
  const { topic, offset } = message;
  await handler.passOver(message, cause, fate);
  memory.gone.delete(topic);
  const tier = room.lanes.findIndex((lane) => lane.topic === topic);
  if (tier >= 0) room.left(tier);
  positions.set(topic, offset + 1);
  run.source.passed(topic, offset + 1);
  return 'done';
};
