import { keepGoing, sleepUnless, type Logger } from '@weir/postgres';
import { countFault } from '@weir/service/observe';

const FIRST_AFTER_MILLISECONDS = 60_000;
const EVERY_MILLISECONDS = 3_600_000;

/** Runs `trim` a minute after the start and then every hour, until the returned function is called. */
export const keepTrimming = (trim: () => Promise<number>, logger: Logger): (() => Promise<void>) => {
  const stop = new AbortController();
  const work = async (): Promise<void> => {
    const deleted = await trim();
    logger.debug({ deleted }, 'old messages were trimmed');
  };
  const trimming = sleepUnless(stop.signal, FIRST_AFTER_MILLISECONDS).then(() =>
    keepGoing({
      what: 'trim old messages',
      work,
      pause: () => EVERY_MILLISECONDS,
      logger,
      signal: stop.signal,
      onFault: countFault,
    }),
  );
  return () => {
    stop.abort();
    return trimming;
  };
};
