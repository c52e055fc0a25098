import { createBackOff, reasonForStrangers, Standstill, type Logger } from '@weir/postgres';

export interface Waiting {
  readonly logger: Logger;
  /** Told what is waited for, in words for strangers. */
  readonly say: (reason: string) => void;
  /** Where what is waited for is, for the log; no secret. */
  readonly about?: Readonly<Record<string, unknown>>;
}

/** Before somebody who looks at the log wonders; a server that takes everything and says nothing lets an attempt last. */
const FIRST_WORD_MS = 2_000;
const NEXT_WORD_MS = 10_000;

/**
 * Tries `check` until it passes, and says in the log what is waited for, since when and why: within two seconds or at the
 * first fault, whenever the reason is another one, and every ten seconds.
 * @throws what no waiting helps against: a fault of ours, a login that is refused for good, a wrong configuration.
 */
export const untilAble = async <Result>(
  what: string,
  check: () => Promise<Result>,
  { logger, say, about = {} }: Waiting,
): Promise<Result> => {
  const since = new Date();
  const backOff = createBackOff();
  const never = new AbortController().signal;
  let reason = 'no answer yet';
  let fault: unknown;
  let hasSpoken = false;
  const tell = (): void => {
    hasSpoken = true;
    say(`waiting for ${what} (${reason})`);
    logger.warn(
      { ...about, waitingFor: what, since: since.toISOString(), ...(fault === undefined ? {} : { err: fault }) },
      `waiting for ${what}: ${reason}`,
    );
  };
  const first = setTimeout(tell, FIRST_WORD_MS);
  const again = setInterval(tell, NEXT_WORD_MS);
  try {
    for (;;) {
      try {
        const result = await check();
        if (hasSpoken) logger.info({ ...about, waitedMs: Date.now() - since.getTime() }, `${what} can be used`);
        return result;
      } catch (thrown) {
        const next = thrown instanceof Standstill ? null : reasonForStrangers(thrown);
        if (next === null) throw thrown;
        fault = thrown;
        if (next !== reason) {
          reason = next;
          tell();
        }
        await backOff.pause(thrown, never);
      }
    }
  } finally {
    clearTimeout(first);
    clearInterval(again);
  }
};
