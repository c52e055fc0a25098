import { Retryable } from './retryable.js';

/**
 * SQLSTATE classes 08 (connection), 57 (somebody intervened), 40 (rollback), 53 (resources), a transaction that took or
 * idled too long, a lock that was not had in time, and the socket's own codes.
 */
const TRANSIENT_CODE = /^(?:08...|57...|40...|53...|25P03|25P04|55P03|ECONN\w+|EPIPE|ETIMEDOUT|EAI_AGAIN)$/;
const TRANSIENT_MESSAGE =
  /^(?:Connection terminated|timeout expired$|timeout exceeded when trying to connect|Client has encountered a connection error|Query read timeout)/;

/**
 * Whether trying again can help: a Retryable, or what PostgreSQL and sockets throw when they cannot be reached, shut
 * down, run out of connections, or end a transaction to resolve a deadlock. SQLSTATE: PostgreSQL manual, appendix A.
 */
export const isTransient = (fault: unknown): boolean =>
  fault instanceof Retryable ||
  (fault instanceof Error && (TRANSIENT_CODE.test(codeOf(fault)) || TRANSIENT_MESSAGE.test(fault.message)));

const codeOf = (fault: Error): string => ('code' in fault && typeof fault.code === 'string' ? fault.code : '');
