import { isTransient, Standstill } from '@weir/postgres';
import { BEHIND, buryOrSuspect, isPassedOver, setAside } from './leave-behind.js';
import { noteTransientFault } from './partition-memory.js';
import { handle, type Messages, type Outcome, type Serving } from './partition-serving.js';

const DEFAULT_MAX_BATCH = 1_000;
/** What a live message may have to wait for: so many of a later lane take evaluation 20 to 50 ms, with their commit. */
const MOST_OF_A_LATER_LANE = 50;
/**
 * Attempts, with the first pauses of the back-off between them, before a message is set aside: short blips end
 * within.
 */
const ATTEMPTS_IN_PLACE = 3;
/** So many messages set aside one after the other, and none handled between them: it is not the messages. */
const MOST_UNPROVEN = 8;
/** A message of a lane stands before every tier of the waiting room. */
const NO_TIER = -1;

/**
 * The next messages of the first lane that has any; null when none has. An earlier lane is asked again after every
 * batch.
 */
export const nextMessages = async ({ run, memory, room, positions }: Serving): Promise<Messages | null> => {
  const { topics, maxBatch = DEFAULT_MAX_BATCH } = run.subscription;
  for (const topic of topics) {
    const from = positions.get(topic) ?? 0;
    const singly = from <= (memory.suspectUntil.get(topic) ?? -1);
    const most = topic === topics[0] ? maxBatch : Math.min(maxBatch, MOST_OF_A_LATER_LANE);
    const [first, ...rest] = await run.source.read(topic, from, singly ? 1 : most);
    if (first && !(room.isFull() && room.holds(first.key))) return [first, ...rest];
  }
  return null;
};

/** Hands new messages over, up to the first whose key waits; that one goes to wait behind it. */
export const deliverNew = async (serving: Serving, messages: Messages): Promise<Outcome> => {
  const { room } = serving;
  const [first] = messages;
  if (await isPassedOver(serving, first, NO_TIER)) return 'done';
  if (room.holds(first.key)) {
    await setAside(serving, first, 0, BEHIND);
    return 'done';
  }
  const batch = untilOneWaits(serving, messages);
  try {
    await handle(serving, batch);
    return 'done';
  } catch (fault) {
    if (fault instanceof Standstill) throw fault;
    return isTransient(fault) ? setAsideOrWait(serving, batch, fault) : buryOrSuspect(serving, batch, fault);
  }
};

const untilOneWaits = ({ room }: Serving, messages: Messages): Messages => {
  if (room.size() === 0) return messages;
  const [first, ...rest] = messages;
  const held = rest.findIndex(({ key }) => room.holds(key));
  return held < 0 ? messages : [first, ...rest.slice(0, held)];
};

/**
 * After a fault that may pass: a message that faults alone, again and again while others do not, is set aside; else
 * the partition waits.
 */
const setAsideOrWait = async (serving: Serving, batch: Messages, fault: unknown): Promise<Outcome> => {
  const { memory } = serving;
  const [first] = batch;
  const isAlone = batch.length === 1;
  const faults = noteTransientFault(memory, first);
  if (!isAlone && faults > 1) memory.suspectUntil.set(first.topic, batch.at(-1)?.offset ?? first.offset);
  if (!isAlone || faults < ATTEMPTS_IN_PLACE || !maySetAside(serving)) throw fault;
  await setAside(serving, first, 0, fault);
  return 'faulted';
};

const maySetAside = ({ memory, room }: Serving): boolean =>
  room.lanes.length > 0 && memory.unproven < MOST_UNPROVEN && !room.isFull();
