import type { Logger } from './logger.js';

/** What can be shut down in order: a Nest application, or a composition of several things. */
export interface Closeable {
  close(): Promise<void>;
}

/**
 * Waits for SIGINT or SIGTERM, closes `app` once and ends the process with 0, or with 3 when closing fails.
 * A second signal ends it at once.
 */
export const runUntilSignal = async (app: Closeable, logger: Logger, exit: (code: number) => void = (code) => process.exit(code)): Promise<void> => {
  const signal = await firstSignal();
  const again = () => {
    logger.warn('a second signal: ending without waiting');
    exit(130);
  };
  process.on('SIGINT', again).on('SIGTERM', again);
  logger.info({ signal }, 'closing');
  try {
    await app.close();
    logger.info('closed');
    exit(0);
  } catch (fault) {
    logger.error({ err: fault }, 'closing failed');
    exit(3);
  } finally {
    process.off('SIGINT', again).off('SIGTERM', again);
  }
};

const firstSignal = (): Promise<NodeJS.Signals> =>
  new Promise((resolve) => {
    const stop = (signal: NodeJS.Signals) => {
      process.off('SIGINT', stop).off('SIGTERM', stop);
      resolve(signal);
    };
    process.on('SIGINT', stop).on('SIGTERM', stop);
  });
