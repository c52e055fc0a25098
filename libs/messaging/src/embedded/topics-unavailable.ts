import { Retryable } from '@weir/telemetry';

/** PostgreSQL cannot be reached, is shutting down, or ended the transaction to resolve a deadlock. Trying again helps. */
export class TopicsUnavailable extends Retryable {
  override readonly name = 'TopicsUnavailable';

  constructor(cause: Error) {
    super(`The topics cannot be reached: ${cause.message}`, { cause });
  }
}

/** SQLSTATE classes 08 (connection), 57P (shutdown), 40 (rollback), 53 (resources), and the socket's own codes. */
const TRANSIENT_CODE = /^(?:08...|57P0.|40...|53...|ECONN\w+|EPIPE|ETIMEDOUT|EAI_AGAIN)$/;
const TRANSIENT_MESSAGE = /^(?:Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error|Query read timeout)/;

/** The fault itself, or TopicsUnavailable around it when trying again can help. */
export const toTopicsFault = (fault: unknown): unknown => {
  if (!(fault instanceof Error) || fault instanceof Retryable) return fault;
  const code = 'code' in fault && typeof fault.code === 'string' ? fault.code : '';
  return TRANSIENT_CODE.test(code) || TRANSIENT_MESSAGE.test(fault.message) ? new TopicsUnavailable(fault) : fault;
};

/** Runs `work`; what it throws says whether trying again can help. */
export const reaching = async <Result>(work: () => Promise<Result>): Promise<Result> => {
  try {
    return await work();
  } catch (fault) {
    throw toTopicsFault(fault);
  }
};
