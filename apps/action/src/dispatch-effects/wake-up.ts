/** Tells the loops of a partition that there is new work. */
export interface WakeUp {
  /** Call it before looking for work, so that nothing is missed between looking and waiting. */
  mark(): number;
  /** Resolves at the first `wake` after `mark`, after `milliseconds`, or when `signal` aborts. */
  wait(mark: number, milliseconds: number, signal: AbortSignal): Promise<void>;
  wake(): void;
}

export const createWakeUp = (): WakeUp => {
  const waiting = new Set<() => void>();
  let wakes = 0;
  return {
    mark: () => wakes,
    wait: (mark, milliseconds, signal) => {
      if (mark !== wakes || signal.aborted) return Promise.resolve();
      return new Promise((resolve) => {
        const done = (): void => {
          clearTimeout(timer);
          signal.removeEventListener('abort', done);
          waiting.delete(done);
          resolve();
        };
        const timer = setTimeout(done, milliseconds);
        signal.addEventListener('abort', done);
        waiting.add(done);
      });
    },
    wake: () => {
      wakes += 1;
      for (const done of [...waiting]) done();
    },
  };
};
