/** What must not outlive this process: a child, a folder of the moment. */
export interface Remains {
  /** Done when there is time to wait; `now` alone unless given. */
  readonly inOrder?: () => Promise<unknown>;
  /** Done when the process ends at once. Repeating it must be harmless. */
  readonly now: () => void;
}

const remaining = new Set<Remains>();
let ending = false;

/** Thrown by what would leave something behind while the process is ending already. */
export class ProcessIsEnding extends Error {
  override readonly name = 'ProcessIsEnding';

  constructor() {
    super('This process was told to end: nothing new is begun.');
  }
}

/**
 * Says what must be cleared away when this process ends, however it does but for SIGKILL. The returned function takes that
 * back, once it is done. Make what you name in the same turn of the event loop: a signal comes between any two.
 */
export const clearedAtEnd = (remains: Remains): (() => void) => {
  if (ending) {
    remains.now();
    throw new ProcessIsEnding();
  }
  if (remaining.size === 0) process.on('exit', clearNow);
  remaining.add(remains);
  return () => {
    remaining.delete(remains);
    if (remaining.size === 0) process.off('exit', clearNow);
  };
};

/** Whether this process was told to end: what fails from now on is no fault. */
export const isEnding = (): boolean => ending;

/** Clears everything away, the last first. From now on nothing new may be made. */
export const clearAtEnd = async (): Promise<void> => {
  ending = true;
  for (const remains of [...remaining].reverse()) {
    await (remains.inOrder ?? (async () => remains.now()))().catch(() => remains.now());
    remaining.delete(remains);
  }
};

const clearNow = (): void => {
  for (const { now } of [...remaining].reverse()) {
    try {
      now();
    } catch {
      // The next one is cleared away all the same.
    }
  }
};
