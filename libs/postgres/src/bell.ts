/** Wakes who waits for one partition. What rings between a mark and the wait for it is not missed. */
export interface Bell {
  ring(): void;
  /** How often it rang so far. */
  mark(): number;
  /** Resolves when it rang since `mark`, or `signal` aborts. */
  wait(mark: number, signal: AbortSignal): Promise<void>;
}

export const createBell = (): Bell => {
  let rings = 0;
  const waiting = new Set<() => void>();
  return {
    ring: () => {
      rings += 1;
      for (const wake of waiting) wake();
    },
    mark: () => rings,
    wait: (mark, signal) => {
      if (signal.aborted || rings !== mark) return Promise.resolve();
      return new Promise((resolve) => {
        const wake = (): void => {
          waiting.delete(wake);
          signal.removeEventListener('abort', wake);
          resolve();
        };
        waiting.add(wake);
        signal.addEventListener('abort', wake, { once: true });
      });
    },
  };
};
