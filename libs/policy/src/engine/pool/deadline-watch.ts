import type { Worker } from 'node:worker_threads';
import { readProgress } from '../progress.js';
import type { Seat } from './worker-seat.js';

/** Node 24.6 tells a worker's CPU time from outside; older ones do not. */
type MeasuredWorker = Worker & { cpuUsage?: () => Promise<{ readonly user: number; readonly system: number }> };

const cpuMillisOf = async (worker: MeasuredWorker): Promise<number | undefined> => {
  try {
    const usage = await worker.cpuUsage?.();
    return usage && (usage.user + usage.system) / 1000;
  } catch {
    return undefined;
  }
};

/** A step that waits for a crowded machine gets up to this many deadlines of wall-clock time. */
const patience = 10;
/** What share of the deadline must have been CPU time for a step to be guilty. */
const guiltyShare = 0.5;

const isGuilty = async (seat: Seat, deadlineMillis: number, nowMillis: number): Promise<boolean> => {
  const waited = nowMillis - seat.watch.sinceMillis;
  if (waited < deadlineMillis) return false;
  if (waited >= deadlineMillis * patience || seat.watch.cpuMillis === undefined) return true;
  const used = await cpuMillisOf(seat.worker);
  return used === undefined || used - seat.watch.cpuMillis >= deadlineMillis * guiltyShare;
};

const lookAgain = async (seat: Seat, sequence: number, nowMillis: number): Promise<void> => {
  const watch: Seat['watch'] = { sequence, sinceMillis: nowMillis, cpuMillis: undefined };
  seat.watch = watch;
  watch.cpuMillis = await cpuMillisOf(seat.worker);
};

/**
 * True when the seat's worker has been in one step for longer than the deadline. Wall-clock time raises the suspicion,
 * CPU time confirms it: on a crowded machine an innocent policy may stand still for long.
 */
export const isOverdue = async (seat: Seat, deadlineMillis: number, nowMillis: number): Promise<boolean> => {
  const { worker } = seat;
  const { sequence } = readProgress(seat.progress);
  if (sequence % 2 === 0) return false;
  if (sequence !== seat.watch.sequence) {
    await lookAgain(seat, sequence, nowMillis);
    return false;
  }
  const guilty = await isGuilty(seat, deadlineMillis, nowMillis);
  return guilty && seat.worker === worker && readProgress(seat.progress).sequence === sequence;
};
