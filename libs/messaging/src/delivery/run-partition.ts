import { keepGoing, sleepUnless } from '@weir/postgres';
import { countFault } from '@weir/service/observe';
import { settlePosition } from '../positions/settle-position.js';
import { deliverNew, nextMessages } from './deliver-new.js';
import { deliverWaiting, learnWaiting, nextDue } from './deliver-waiting.js';
import { createPartitionMemory, type PartitionMemory } from './partition-memory.js';
import type { Outcome, PartitionRun, Serving } from './partition-serving.js';
import { allTopics, retryTopicsOf } from './retry-topics.js';
import { createWaitingRoom, type WaitingRoom } from './waiting-room.js';

/** A message that is due and was not fetched yet is looked for again after so long. */
const LEAST_WAIT_MS = 50;

/**
 * Hands one partition's messages to its handler until the signal aborts; never rejects. The states of a partition:
 *
 *             the signal aborts                 messages, or one that is due
 *     ended ◀─────────────────── reading ───────────────────────────────────▶ delivering
 *       ▲                        ▲  │  ▲                                       │   │
 *       │      something is new, │  │  └───────────────── handled ─────────────┘   │ fault
 *       │      or is due         │  ▼ nothing there                                ▼
 *       │                       idle                                            closing
 *       │                                                                          │ the handler is closed,
 *       │ the signal aborts                a new handler says where to go on       ▼ whatever the fault
 *       └───────────────────── opening ◀────────────────────────────────────── pausing
 *                                 │            longer each time; not at all when one message alone was at fault
 *                                 └──▶ reading
 *
 * and what becomes of a message that is not handled:
 *
 *     in a batch ── any fault, once more when it may pass ──▶ alone, with each other of its batch
 *     alone      ── a fault that will not pass ─────────────▶ dead letter
 *                ── one that may, 3 times, and others are handled ──▶ waits in tier 0 of the waiting room
 *                ── one that may, and nothing is handled ───▶ stays: the partition pauses until it passes
 *     in tier n  ── due, and handled ───────────────────────▶ done
 *                ── faults, and others were handled ────────▶ tier n + 1; after the last, dead letter
 *                ── faults, and nothing was handled ────────▶ stays there for another pause
 *
 * Invariant: every fault closes the handler and opens a new one, so that no fault leaves half a state behind. A message
 * is only called poison when a freshly opened handler faults on it alone, and only set aside for its transient faults
 * while others are handled: what befalls all of them (a database, a broker that is away) stops the partition and is
 * waited for. A Standstill of the process is no message's fault either: the partition waits, and its messages stay
 * where they are. A position that does not say where to go on (PositionLost) is waited for as well: nothing is handed over
 * until a person has said where.
 */
export const runPartition = async (run: PartitionRun): Promise<void> => {
  const { subscription, source, partition, signal, logger } = run;
  const memory = createPartitionMemory();
  const topics = retryTopicsOf(subscription);
  const room = createWaitingRoom(
    source,
    (subscription.retryPauses ?? []).map((pause, tier) => ({ topic: topics[tier] ?? '', pause })),
  );
  const work = (succeeded: () => void): Promise<void> => serve(run, memory, room, succeeded);
  await keepGoing({
    what: 'serve a partition',
    work,
    logger,
    about: { group: subscription.group, partition },
    signal,
    onFault: countFault,
  });
  run.lost.left(subscription.group, partition);
};

/** Opens a handler and feeds it; returns when the signal aborts or a message was left behind after a fault. */
const serve = async (
  run: PartitionRun,
  memory: PartitionMemory,
  room: WaitingRoom,
  succeeded: () => void,
): Promise<void> => {
  const handler = await run.subscription.open(run.partition);
  try {
    const serving: Serving = { run, memory, room, handler, positions: new Map() };
    await settlePositions(serving);
    for (const [topic, position] of serving.positions) run.source.passed(topic, position);
    await learnWaiting(serving);
    await feed(serving, succeeded);
  } finally {
    await handler.close().catch((fault: unknown) => {
      run.logger.error(
        { err: fault, group: run.subscription.group, partition: run.partition },
        'a partition handler failed to close',
      );
    });
  }
};

/** Of every topic before the first fault is thrown, so that each that stands still says so. */
const settlePositions = async ({ run, handler, positions }: Serving): Promise<void> => {
  const faults: unknown[] = [];
  for (const topic of allTopics(run.subscription)) {
    await settlePosition(run, handler, topic).then(
      (next) => positions.set(topic, next),
      (fault: unknown) => faults.push(fault),
    );
  }
  if (faults.length > 0) throw faults[0];
};

/** One delivery after the other, until one faults. */
const feed = async (serving: Serving, succeeded: () => void): Promise<void> => {
  const { run, room } = serving;
  while (!run.signal.aborted) {
    const [mark, begun] = [run.source.mark(), performance.now()];
    if (Date.now() >= room.lookAgainAt()) await learnWaiting(serving);
    const outcome = await deliverNext(serving);
    if (outcome === null) {
      await run.source.wait(mark, run.signal, Math.max(LEAST_WAIT_MS, room.wakeAt() - Date.now()));
      continue;
    }
    if (outcome !== 'postponed') succeeded();
    if (outcome !== 'done') return;
    await restFrom(begun, run);
  }
};

const restFrom = async (begun: number, { subscription: { rest = 0 }, signal }: PartitionRun): Promise<void> => {
  const left = rest - (performance.now() - begun);
  if (left > 0) await sleepUnless(signal, left);
};

/**
 * Messages that are due and new ones take turns, so that neither can hold up the other; null when there are none of
 * either.
 */
const deliverNext = async (serving: Serving): Promise<Outcome | null> => {
  const { memory } = serving;
  memory.turn += 1;
  const deliverDue = async (): Promise<Outcome | null> => {
    const due = await nextDue(serving);
    return due && deliverWaiting(serving, due);
  };
  const deliverMessages = async (): Promise<Outcome | null> => {
    const messages = await nextMessages(serving);
    return messages && deliverNew(serving, messages);
  };
  return memory.turn % 2 === 0
    ? ((await deliverDue()) ?? deliverMessages())
    : ((await deliverMessages()) ?? deliverDue());
};
