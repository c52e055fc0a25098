/** Lets so many in at once, the others in order. */
export interface Gate {
  pass<T>(work: () => Promise<T>): Promise<T>;
}

export const createGate = (places: number): Gate => {
  const waiting: (() => void)[] = [];
  let free = places;
  return {
    pass: async (work) => {
      if (free > 0) free -= 1;
      else await new Promise<void>((resolve) => waiting.push(resolve));
      try {
        return await work();
      } finally {
        const next = waiting.shift();
        if (next) next();
        else free += 1;
      }
    },
  };
};
