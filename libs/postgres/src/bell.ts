/** Wakes who waits for something new. What rings between a mark and the wait for it is not missed. */
export interface Bell {
  ring(): void;
  /** How often it rang so far; taken before looking for something new. */
  mark(): number;
  /** Resolves with true when it rang since `mark`, with false after `milliseconds` or when `signal` aborts. */
  wait(mark: number, signal: AbortSignal, milliseconds?: number): Promise<boolean>;
  /** How many wait now. */
  waiting(): number;
}

/** The one way to be woken within a process. */
export const createBell = (): Bell => {
  let rings = 0;
  const waiting = new Set<() => void>();
  return {
    ring: () => {
      rings += 1;
      for (const wake of [...waiting]) wake();
    },
    mark: () => rings,
    wait: (mark, signal, milliseconds = Infinity) => {
      if (signal.aborted || rings !== mark) return Promise.resolve(rings !== mark);
      return new Promise((resolve) => {
        const wake = (): void => {
          waiting.delete(wake);
          signal.removeEventListener('abort', wake);
          clearTimeout(timer);
          resolve(rings !== mark);
        };
        const timer = milliseconds === Infinity ? undefined : setTimeout(wake, milliseconds);
        waiting.add(wake);
        signal.addEventListener('abort', wake, { once: true });
      });
    },
    waiting: () => waiting.size,
  };
};
