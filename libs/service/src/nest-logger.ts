import type { LoggerService } from '@nestjs/common';
import type { Logger } from '@weir/postgres';

/** Lets Nest speak through our logger; its start-up chatter is debug. */
export const nestLogger = (logger: Logger): LoggerService => {
  const at =
    (level: 'debug' | 'warn' | 'error' | 'fatal') =>
    (message: unknown, ...rest: unknown[]) => {
      logger[level]({ context: rest.at(-1), ...(message instanceof Error && { err: message }) }, String(message));
    };
  return {
    log: at('debug'),
    debug: at('debug'),
    verbose: at('debug'),
    warn: at('warn'),
    error: at('error'),
    fatal: at('fatal'),
  };
};
