import type pg from 'pg';
import type { Verification } from './verify-log.js';

/** What a run of the verification found, as far as it is kept. */
export interface RecordedVerification {
  readonly verifiedAt: Date;
  readonly isWhole: boolean;
  /** Events it went through. */
  readonly events: number;
}

/** Keeps what was found beside the log. It is for operators: who may write it could say what is not so. */
export const recordVerification = async (
  pool: Pick<pg.Pool, 'query'>,
  { valid, events }: Pick<Verification, 'valid' | 'events'>,
  verifiedAt: Date,
): Promise<void> => {
  await pool.query('INSERT INTO log.verification (verified_at, is_whole, events) VALUES ($1, $2, $3)', [
    verifiedAt.toISOString(),
    valid,
    events,
  ]);
};

/** The latest that was kept, null before the first. */
export const lastVerification = async (pool: Pick<pg.Pool, 'query'>): Promise<RecordedVerification | null> => {
  const { rows } = await pool.query<RecordedVerification>(
    `SELECT verified_at AS "verifiedAt", is_whole AS "isWhole", events::float8 AS events
       FROM log.verification ORDER BY verified_at DESC LIMIT 1`,
  );
  return rows[0] ?? null;
};
