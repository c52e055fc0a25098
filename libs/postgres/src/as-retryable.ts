import { Retryable } from './retryable.js';
import { isTransient } from './transient-fault.js';

/**
 * The fault itself, or a Retryable around it when trying again can help. `what` names what was asked (the decision
 * log); the message says why it cannot be used now, and what to do when it was a limit of `openPool`.
 */
export const asRetryable = (fault: unknown, what: string): unknown => {
  if (!(fault instanceof Error) || fault instanceof Retryable || !isTransient(fault)) return fault;
  return new Retryable(`${what} cannot be used now: ${reasonOf(fault)}`, { cause: fault });
};

/** Runs `work`; what it throws is a Retryable when trying again can help, see `asRetryable`. */
export const reaching = async <Result>(what: string, work: () => Promise<Result>): Promise<Result> => {
  try {
    return await work();
  } catch (fault) {
    throw asRetryable(fault, what);
  }
};

const reasonOf = (fault: Error): string => {
  const limit = LIMITS.find(({ message }) => message.test(fault.message));
  // Node gives no message when every address of a host refused.
  const said = fault.message || codeOf(fault);
  return limit ? `${said}; ${limit.cure}` : said;
};

/** The server tells all limits by one or two codes, so it is the sentence that tells which it was. */
const LIMITS: readonly { readonly message: RegExp; readonly cure: string }[] = [
  {
    message: /due to statement timeout/,
    cure: 'it took longer than its statement_timeout: see pg_stat_activity for what keeps PostgreSQL busy, or raise DATABASE_STATEMENT_MS',
  },
  {
    message: /due to lock timeout/,
    cure: 'another session held what it needs for longer than its lock_timeout: see pg_locks for which',
  },
  {
    message: /due to idle-in-transaction timeout/,
    cure: 'a transaction waited too long between two statements: see whether this process was stopped or has too much to do',
  },
  {
    message: /^timeout exceeded when trying to connect/,
    cure: 'no connection became free: see pg_stat_activity for what they do, or raise DATABASE_CONNECTIONS',
  },
  {
    message: /^(?:Connection terminated due to connection timeout|timeout expired$)/,
    cure: 'the server did not answer: see whether it runs, and whether max_connections is reached',
  },
  {
    message: /^Query read timeout/,
    cure: 'the server took the question and said nothing: see whether it, or what stands between, hangs',
  },
];

const codeOf = (fault: Error): string => ('code' in fault && typeof fault.code === 'string' ? fault.code : '');
