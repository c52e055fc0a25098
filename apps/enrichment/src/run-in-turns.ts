import { setTimeout as sleep } from 'node:timers/promises';

/** Work that goes on in the background. */
export interface Turns {
  /** Begins a turn at once instead of at the next look. */
  wake(): void;
  /** Finishes the turn at hand. */
  stop(): Promise<void>;
}

export interface TurnOptions {
  /** Does a part; true when there may be more. */
  readonly turn: () => Promise<boolean>;
  /** Between two looks when there was nothing: others may have brought something. */
  readonly pollMillis: number;
  /** What keeps the work is not lost by a fault: it is tried again. */
  readonly onFault: (fault: unknown) => void;
}

const PAUSE_AFTER_FAULT_MS = 1000;

/** Works off what there is, now and whenever it is woken; what a stopped process left, the next one finds. */
export const runInTurns = ({ turn, pollMillis, onFault }: TurnOptions): Turns => {
  const stopped = new AbortController();
  let woken = new AbortController();
  const pause = async (millis: number): Promise<void> => {
    await sleep(millis, undefined, { signal: AbortSignal.any([stopped.signal, woken.signal]) }).catch(() => undefined);
    woken = new AbortController();
  };
  const run = async (): Promise<void> => {
    while (!stopped.signal.aborted) {
      try {
        if (!(await turn())) await pause(pollMillis);
      } catch (fault) {
        onFault(fault);
        await pause(PAUSE_AFTER_FAULT_MS);
      }
    }
  };
  const running = run();
  return {
    wake: () => woken.abort(),
    stop: async () => {
      stopped.abort();
      await running;
    },
  };
};
