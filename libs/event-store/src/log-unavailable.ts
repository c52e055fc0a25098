import { isTransient, Retryable } from '@weir/postgres';

/** PostgreSQL cannot be reached, is shutting down, or ended the transaction to resolve a deadlock. Trying again helps. */
export class LogUnavailable extends Retryable {
  override readonly name = 'LogUnavailable';

  constructor(cause: Error) {
    // Node gives no message when every address of a host refused.
    super(`The decision log cannot be reached: ${cause.message || codeOf(cause)}`, { cause });
  }
}

/** The fault itself, or LogUnavailable around it when trying again can help. */
export const toLogFault = (fault: unknown): unknown => {
  if (!(fault instanceof Error) || fault instanceof Retryable) return fault;
  return isTransient(fault) ? new LogUnavailable(fault) : fault;
};

const codeOf = (fault: Error): string => ('code' in fault && typeof fault.code === 'string' ? fault.code : '');
