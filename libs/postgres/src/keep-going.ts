import { createBackOff } from './back-off.js';
import { createBell, type Bell } from './bell.js';
import type { Logger } from './logger.js';
import { Standstill } from './standstill.js';
import { isTransient } from './transient-fault.js';

export interface Kept<Result> {
  /** Names the work in the log and in metrics: one of few. */
  readonly what: string;
  /**
   * One round. A round that lasts calls `succeeded` once it works, so that the pause after its next fault is short
   * again.
   */
  readonly work: (succeeded: () => void) => Promise<Result>;
  /** Milliseconds until the next round, by what the last one found; none unless told, Infinity until `bell` rings. */
  readonly pause?: (found: Result) => number;
  /** Ends the pause between two rounds; a ring during a round is not missed. */
  readonly bell?: Bell;
  /** Null where a fault shows elsewhere. */
  readonly logger: Logger | null;
  /** What else a line of the log says: partition, shard, group. */
  readonly about?: Readonly<Record<string, unknown>>;
  readonly signal: AbortSignal;
  /** Told of every fault, to count it. */
  readonly onFault?: (fault: unknown, what: string) => void;
  /** Told of a Standstill, which then ends the work; without it the work goes on trying. */
  readonly onStandstill?: (fault: Standstill) => void;
}

/**
 * Does its work round after round until the signal aborts, whatever happens: after a fault it waits, longer each time,
 * and begins again. Never rejects. Invariant: what a round works from is stored, so that beginning again loses nothing;
 * and an abort ends every wait at once, the round at hand by its own means.
 */
export const keepGoing = async <Result>(kept: Kept<Result>): Promise<void> => {
  const { work, pause = () => 0, bell = createBell(), signal } = kept;
  const backOff = createBackOff();
  while (!signal.aborted) {
    const mark = bell.mark();
    try {
      const found = await work(() => backOff.reset());
      backOff.reset();
      await bell.wait(mark, signal, pause(found));
    } catch (fault) {
      if (signal.aborted || endedBy(kept, fault)) return;
      tell(kept, fault);
      await backOff.pause(fault, signal);
    }
  }
};

const endedBy = <Result>({ what, logger, about, onFault, onStandstill }: Kept<Result>, fault: unknown): boolean => {
  if (!(fault instanceof Standstill) || !onStandstill) return false;
  logger?.error({ err: fault, what, ...about }, 'work stands still until this process is another one');
  onFault?.(fault, what);
  onStandstill(fault);
  return true;
};

const tell = <Result>({ what, logger, about, onFault }: Kept<Result>, fault: unknown): void => {
  logger?.warn(
    { err: fault, what, retryable: isTransient(fault), ...about },
    'work that goes on begins again after a fault',
  );
  onFault?.(fault, what);
};
