import type { Logger } from '@weir/postgres';

const FIRST_AFTER_MILLISECONDS = 60_000;
const EVERY_MILLISECONDS = 3_600_000;

/** Runs `trim` a minute after the start and then every hour, until the returned function is called. */
export const keepTrimming = (trim: () => Promise<number>, logger: Logger): (() => Promise<void>) => {
  let running: Promise<void> = Promise.resolve();
  const run = (): void => {
    running = trim().then(
      (deleted) => logger.debug({ deleted }, 'old messages were trimmed'),
      (fault: unknown) => logger.warn({ err: fault }, 'old messages could not be trimmed'),
    );
  };
  const first = setTimeout(run, FIRST_AFTER_MILLISECONDS).unref();
  const hourly = setInterval(run, EVERY_MILLISECONDS).unref();
  return () => {
    clearTimeout(first);
    clearInterval(hourly);
    return running;
  };
};
