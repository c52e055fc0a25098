import { Retryable } from '@weir/telemetry';

/** SQLSTATE classes 08 (connection), 57P (shutdown), 40 (rollback), 53 (resources), and the socket's own codes. */
const TRANSIENT_CODE = /^(?:08...|57P0.|40...|53...|ECONN\w+|EPIPE|ETIMEDOUT|EAI_AGAIN)$/;
const TRANSIENT_MESSAGE = /^(?:Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error)/;

/** The fault itself, or a Retryable around it when PostgreSQL could not be reached or ended the transaction. */
export const databaseFault = (fault: unknown): unknown => {
  if (!(fault instanceof Error) || fault instanceof Retryable) return fault;
  const code = 'code' in fault && typeof fault.code === 'string' ? fault.code : '';
  const isTransient = TRANSIENT_CODE.test(code) || TRANSIENT_MESSAGE.test(fault.message);
  return isTransient ? new Retryable(`The intelligence store cannot be reached: ${fault.message}`, { cause: fault }) : fault;
};
