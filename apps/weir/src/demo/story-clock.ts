/** A clock that shows another day than today's, and runs on from there. */
export interface StoryClock {
  now(): Date;
  /** From here on it is `instant`. */
  jumpTo(instant: string): void;
}

export const storyClock = (instant: string): StoryClock => {
  let base = Date.parse(instant);
  let since = performance.now();
  return {
    now: () => new Date(base + (performance.now() - since)),
    jumpTo: (next) => {
      base = Date.parse(next);
      since = performance.now();
    },
  };
};
