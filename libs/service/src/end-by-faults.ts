import type { Logger } from '@weir/postgres';

/**
 * A fault that nobody caught, wherever it was thrown, is the last log line of this process, which ends with 3: Node would
 * print a stack between the lines.
 */
export const endByFaults = (
  logger: Logger,
  { on, exit }: { readonly on: (heard: (fault: unknown) => void) => void; readonly exit: (code: number) => void } = {
    on: (heard) => void process.on('uncaughtException', heard),
    exit: (code) => process.exit(code),
  },
): void =>
  on((fault) => {
    logger.fatal({ err: fault }, 'a fault that nobody caught ends this process');
    exit(3);
  });
