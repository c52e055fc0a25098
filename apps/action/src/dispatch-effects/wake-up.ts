/** Tells the loops of a partition that there is new work. */
export interface WakeUp {
  /** Resolves at the first `wake` after the call, or when `signal` aborts. */
  next(signal: AbortSignal): Promise<void>;
  wake(): void;
}

export const createWakeUp = (): WakeUp => {
  let waiting = new Set<() => void>();
  return {
    next: (signal) =>
      new Promise((resolve) => {
        const done = (): void => {
          signal.removeEventListener('abort', done);
          waiting.delete(done);
          resolve();
        };
        if (signal.aborted) {
          done();
          return;
        }
        signal.addEventListener('abort', done, { once: true });
        waiting.add(done);
      }),
    wake: () => {
      const woken = waiting;
      waiting = new Set();
      for (const done of woken) done();
    },
  };
};
