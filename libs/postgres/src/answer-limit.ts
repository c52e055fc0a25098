import type pg from 'pg';

/** How much longer than the server's own limit a silent server is waited for. */
const GRACE_MS = 5_000;

/** Milliseconds after which a server that says nothing is given up, when it should end a statement itself after `statementMillis`; 0 for no limit. */
export const answerMillisOf = (statementMillis: number): number =>
  statementMillis === 0 ? 0 : statementMillis + GRACE_MS;

/** `pg` reads the limit anew for each query, and has no way to set it but for a client as a whole. */
interface Limited {
  readonly connectionParameters?: { query_timeout?: number | false };
}

/** Lets a transaction's own limit count for the silence of the server as well; the returned function takes it back. */
export const waitForAnswers = (client: pg.ClientBase, statementMillis: number | undefined): (() => void) => {
  const limits = (client as Limited).connectionParameters;
  if (statementMillis === undefined || limits === undefined) return () => undefined;
  const before = limits.query_timeout;
  limits.query_timeout = answerMillisOf(statementMillis);
  return () => {
    limits.query_timeout = before ?? false;
  };
};

/** Whether a connection was given up because its server said nothing: whatever is asked next on it waits as long again. */
export const isSilence = (fault: unknown): fault is Error =>
  fault instanceof Error && fault.message === 'Query read timeout';
