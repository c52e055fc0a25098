import type { Worker } from 'node:worker_threads';
import type { Batch } from './batch.js';
import { newProgress } from '../progress.js';
import { startWorker } from './start-worker.js';
import type { ToWorker } from '../worker-messages.js';

/** A place for a worker. The worker is replaced when it has to be ended; the seat stays. */
export type Seat = {
  worker: Worker;
  progress: Int32Array;
  /** Sent and not answered, oldest first. */
  readonly batches: Batch[];
  /** The step last seen at work, since when, and the CPU time the worker had used by then. */
  watch: { sequence: number; sinceMillis: number; cpuMillis: number | undefined };
};

/** Batches in flight per worker: the second waits in the worker's inbox while the first is judged. */
export const mostInFlight = 2;

const nothing = { sequence: 0, sinceMillis: 0, cpuMillis: undefined };

const start = (memoryMegabytes: number): Pick<Seat, 'worker' | 'progress'> => {
  const progress = newProgress();
  const worker = startWorker({ memoryMegabytes, progress });
  worker.unref();
  return { worker, progress: new Int32Array(progress) };
};

export const newSeat = (memoryMegabytes: number): Seat => ({ ...start(memoryMegabytes), batches: [], watch: nothing });

/** Puts a fresh worker into the seat and hands out what the old one leaves behind. */
export const replaceWorker = (seat: Seat, memoryMegabytes: number): readonly Batch[] => {
  const left = seat.batches.splice(0);
  seat.worker.removeAllListeners();
  // A worker that is being ended may still report an error; nobody waits for it any more.
  seat.worker.on('error', () => undefined);
  void seat.worker.terminate();
  Object.assign(seat, start(memoryMegabytes), { watch: nothing });
  return left;
};

const mostMillisToEnd = 10_000;

/**
 * Ends the worker for good. One without work ends by itself: ending a thread from outside wherever it is has brought
 * whole processes down with it (docs/adr/0012).
 */
export const leaveSeat = async ({ worker, batches }: Seat): Promise<void> => {
  if (batches.length > 0) {
    await worker.terminate();
    return;
  }
  worker.ref();
  worker.postMessage({ type: 'end' } satisfies ToWorker);
  const hurry = setTimeout(() => void worker.terminate(), mostMillisToEnd);
  await new Promise((resolve) => worker.once('exit', resolve));
  clearTimeout(hurry);
};
