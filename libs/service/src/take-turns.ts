/** Runs work when its turn comes. */
export type TakeTurns = <Result>(work: () => Promise<Result>) => Promise<Result>;

/** At most `together` at a time; the others wait, first come, first served. */
export const createTurns = (together: number): TakeTurns => {
  const waiting: (() => void)[] = [];
  let running = 0;
  return async (work) => {
    if (running >= together) await new Promise<void>((resolve) => waiting.push(resolve));
    else running += 1;
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      // Who is let in takes the place of who leaves, so that nobody comes between.
      if (next) next();
      else running -= 1;
    }
  };
};
