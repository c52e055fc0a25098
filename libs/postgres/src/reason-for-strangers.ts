import { Retryable } from './retryable.js';
import { Standstill } from './standstill.js';
import { isTransient } from './transient-fault.js';

/** Something cannot work now. Its message is for everybody: no host, port, login or name of a database stands in it. */
export class NotAble extends Error {
  override readonly name: string = 'NotAble';
}

interface Known {
  readonly code: RegExp;
  readonly reason: string;
}

/** By SQLSTATE (PostgreSQL manual, appendix A) and by the codes of sockets. */
const REASONS: readonly Known[] = [
  { code: /^53100$/, reason: 'PostgreSQL has no space left on its device' },
  { code: /^53[0-9A-Z]{3}$/, reason: 'PostgreSQL has no connection or memory left' },
  { code: /^28[0-9A-Z]{3}$/, reason: 'PostgreSQL refuses the login' },
  { code: /^3D000$/, reason: 'the database is not there' },
  {
    code: /^(?:42P01|42703|42883|3F000|42501)$/,
    reason: 'the schema is not up to date or not ours to use: run weir migrate',
  },
  { code: /^25006$/, reason: 'PostgreSQL takes no writes, as a standby does' },
  {
    code: /^(?:57P0\d|08[0-9A-Z]{3}|ECONN\w+|EPIPE|ETIMEDOUT|EAI_AGAIN|ENOTFOUND|EHOSTUNREACH|ENETUNREACH)$/,
    reason: 'PostgreSQL cannot be reached',
  },
];

/**
 * Why nothing can be done about a request now, for somebody who may be a stranger; null when the fault is none of those
 * that pass, or that an operator cures. What exactly it was belongs into the log.
 */
export const reasonForStrangers = (fault: unknown): string | null => {
  for (let each = fault; each instanceof Error; each = each.cause === each ? undefined : each.cause) {
    if (each instanceof NotAble || each instanceof Standstill) return each.message;
    const code = 'code' in each && typeof each.code === 'string' ? each.code : '';
    const known = REASONS.find((one) => one.code.test(code));
    if (known) return known.reason;
  }
  if (fault instanceof Retryable && fault.name === 'TopicsUnavailable') return 'the topics cannot be reached';
  return isTransientSomewhere(fault) ? 'what it works with cannot be used for now' : null;
};

const isTransientSomewhere = (fault: unknown): boolean => {
  for (let each = fault; each instanceof Error; each = each.cause === each ? undefined : each.cause)
    if (isTransient(each)) return true;
  return false;
};
