/** The clock of the system, until a story sets it to another day, from where it runs on by itself. */
export interface StoryClock {
  now(): Date;
  /** From here on it is `instant`. */
  jumpTo(instant: string): void;
  /** The story is over: from here on it is the clock of the system again. */
  leave(): void;
}

/**
 * Invariant: outside of a story every answer is asked of the system, whose clock may be set, or stand still while a
 * machine sleeps. A story runs by the time that passes, whatever is done to the clock meanwhile.
 */
export const storyClock = (
  system: () => Date = () => new Date(),
  elapsed: () => number = () => performance.now(),
): StoryClock => {
  let story: { readonly base: number; readonly since: number } | null = null;
  return {
    now: () => (story === null ? system() : new Date(story.base + (elapsed() - story.since))),
    jumpTo: (instant) => {
      story = { base: Date.parse(instant), since: elapsed() };
    },
    leave: () => {
      story = null;
    },
  };
};
