import { setTimeout as sleep } from 'node:timers/promises';

/** Makes changes one after the other beside the events, each again and again until it is known to be made. */
export interface ChangeClient {
  readonly made: () => number;
  /** Resolves once the change that is under way is made; throws when one was refused, or not made within `withinMs`. */
  finish(withinMs: number): Promise<void>;
  /** Gives up at once. */
  abort(): void;
}

export interface Changing<Change> {
  /** What is changed, for people. */
  readonly what: string;
  readonly pauseMs: () => number;
  readonly draw: () => Change;
  /** Whether it is known to be made: now, or by an earlier attempt whose outcome was unknown. Throws when it is refused. */
  readonly make: (change: Change, abort: AbortSignal) => Promise<boolean>;
}

const AGAIN_AFTER_MS = 500;

export const startChangeClient = <Change>({ what, pauseMs, draw, make }: Changing<Change>): ChangeClient => {
  const [stop, abort] = [new AbortController(), new AbortController()];
  let made = 0;
  let isUnderWay = false;

  const change = async (): Promise<void> => {
    const drawn = draw();
    isUnderWay = true;
    while (!(await make(drawn, abort.signal))) {
      if (abort.signal.aborted) return;
      await sleep(AGAIN_AFTER_MS);
    }
    isUnderWay = false;
    made += 1;
  };
  const keepChanging = async (): Promise<void> => {
    while (!stop.signal.aborted) {
      await change();
      await sleep(pauseMs(), undefined, { signal: stop.signal }).catch(() => undefined);
    }
  };
  const running = keepChanging();
  // Whoever finishes is told; until then nobody listens.
  running.catch(() => undefined);
  return {
    made: () => made,
    finish: async (withinMs) => {
      stop.abort();
      await Promise.race([running, sleep(withinMs, undefined, { ref: false })]);
      abort.abort();
      if (isUnderWay) throw new Error(`A change of ${what} was not made within ${withinMs / 1000} s.`);
    },
    abort: () => {
      stop.abort();
      abort.abort();
    },
  };
};
