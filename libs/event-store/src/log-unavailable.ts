import { Retryable } from '@weir/telemetry';

/** PostgreSQL cannot be reached, is shutting down, or ended the transaction to resolve a deadlock. Trying again helps. */
export class LogUnavailable extends Retryable {
  override readonly name = 'LogUnavailable';

  constructor(cause: Error) {
    // Node gives no message when every address of a host refused.
    super(`The decision log cannot be reached: ${cause.message || codeOf(cause)}`, { cause });
  }
}

/** SQLSTATE classes 08 (connection), 57P (shutdown), 40 (rollback), 53 (resources), and the socket's own codes. */
const TRANSIENT_CODE = /^(?:08...|57P0.|40...|53...|ECONN\w+|EPIPE|ETIMEDOUT|EAI_AGAIN)$/;
const TRANSIENT_MESSAGE = /^(?:Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error)/;

/** The fault itself, or LogUnavailable around it when trying again can help. */
export const toLogFault = (fault: unknown): unknown => {
  if (!(fault instanceof Error) || fault instanceof Retryable) return fault;
  return TRANSIENT_CODE.test(codeOf(fault)) || TRANSIENT_MESSAGE.test(fault.message) ? new LogUnavailable(fault) : fault;
};

const codeOf = (fault: Error): string => ('code' in fault && typeof fault.code === 'string' ? fault.code : '');
