import type pg from 'pg';

export interface SessionLimits {
  /** Milliseconds a statement may take, 0 for no limit. */
  readonly statementMillis: number;
  /** Milliseconds a statement may wait for a lock, 0 for no limit; what the server has unless told. */
  readonly lockMillis?: number;
}

/**
 * Sets the limits of a session that was just opened. By a statement: among the parameters that a connection is opened
 * with PgBouncer refuses them, or passes them over in silence where it is told to.
 */
export const limitSession = async (
  client: Pick<pg.ClientBase, 'query'>,
  { statementMillis, lockMillis }: SessionLimits,
): Promise<void> => {
  await client.query(
    `SELECT set_config('statement_timeout', $1, false), set_config('lock_timeout', coalesce($2, current_setting('lock_timeout')), false)`,
    [String(statementMillis), lockMillis === undefined ? null : String(lockMillis)],
  );
};
