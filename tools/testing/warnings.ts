import type { Logger } from '@weir/postgres';
import { createLogger } from '@weir/service';

export interface Warnings {
  /** Writes nothing. */
  readonly logger: Logger;
  /** The messages of the faults that were logged as warnings, in order. */
  readonly faults: readonly string[];
  /** And of those that were logged as errors. */
  readonly errors: readonly string[];
}

const into =
  (messages: string[]) =>
  (line: { readonly err?: unknown }): void => {
    if (line.err instanceof Error) messages.push(line.err.message);
  };

/** A logger that keeps what it was warned of. */
export const keepWarnings = (): Warnings => {
  const [faults, errors]: [string[], string[]] = [[], []];
  const logger = createLogger('test').child({}, { level: 'silent' });
  logger.warn = into(faults);
  logger.error = into(errors);
  return { logger, faults, errors };
};
