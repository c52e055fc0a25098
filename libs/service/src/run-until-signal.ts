import type { Logger } from '@weir/postgres';

/** What can be shut down in order: a Nest application, or a composition of several things. */
export interface Closeable {
  close(): Promise<void>;
}

/** npm and some shells pass a terminal's Ctrl-C on to a process that has got it already; nobody presses that fast. */
const ONE_PRESS_MS = 300;

/** Ctrl-C, kill, and a terminal that is closed. */
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * Waits for SIGINT, SIGTERM or SIGHUP, closes `app` once and ends the process with 0, or with 3 when closing fails.
 * A second signal ends it at once. An application that is still starting is closed once it has started.
 */
export const runUntilSignal = async (
  app: Closeable | Promise<Closeable>,
  logger: Logger,
  exit: (code: number) => void = (code) => process.exit(code),
  now: () => number = () => performance.now(),
): Promise<void> => {
  let signalledAt = 0;
  const again = () => {
    if (now() - signalledAt < ONE_PRESS_MS) return;
    logger.warn('a second signal: ending without waiting');
    exit(130);
  };
  const signalled = firstSignal().then((signal) => {
    signalledAt = now();
    for (const one of SIGNALS) process.on(one, again);
    logger.info({ signal }, 'closing');
  });
  const started = await app;
  await signalled;
  try {
    await started.close();
    logger.info('closed');
    exit(0);
  } catch (fault) {
    logger.error({ err: fault }, 'closing failed');
    exit(3);
  } finally {
    for (const one of SIGNALS) process.off(one, again);
  }
};

const firstSignal = (): Promise<NodeJS.Signals> =>
  new Promise((resolve) => {
    const stop = (signal: NodeJS.Signals) => {
      for (const one of SIGNALS) process.off(one, stop);
      resolve(signal);
    };
    for (const one of SIGNALS) process.on(one, stop);
  });
