import { inTransaction } from '@weir/postgres';
import type { Retained } from '@weir/service';
import type pg from 'pg';
import { forgetRows } from './forget-rows.js';

const CANDIDATES = 200;

/** Behind a place, by time: a row that cannot go yet keeps nobody behind it waiting. Times as text, to the microsecond. */
const OLD = `
  SELECT package_key AS key, ordinal, received_at::text AS at FROM intelligence.observation
   WHERE received_at < $1 AND forgotten_until IS NULL AND observed IS NOT NULL
     AND received_at >= $2::timestamptz AND (received_at, package_key, ordinal) > ($2::timestamptz, $3, $4)
   ORDER BY received_at, package_key, ordinal LIMIT ${CANDIDATES}`;

interface Place {
  readonly key: string;
  readonly ordinal: number;
  readonly at: string;
}

const BEGINNING: Place = { key: '', ordinal: 0, at: '-infinity' };

/**
 * Observations that are old, all but the last of each package: it holds what the package was like after it, and until when
 * what is gone had happened. What comes again and happened by then changes nothing (`readForgotten`).
 */
export const ledgerRetention: Retained = {
  table: 'intelligence.observation',
  deleteSome: async (pool, before) => {
    for (let from = BEGINNING; ;) {
      const { rows } = await pool.query<Place>(OLD, [before, from.at, from.key, from.ordinal]);
      const last = rows.at(-1);
      if (last === undefined) return { deleted: 0, isDone: true };
      const keys = [...new Set(rows.map(({ key }) => key))];
      const forgotten = await inTransaction(pool, (client) => forgetRows(client, keys, before));
      if (forgotten.packages > 0) return { deleted: forgotten.rows, isDone: false };
      from = last;
    }
  },
  oldest: async (pool: pg.Pool) => {
    const { rows } = await pool.query<{ at: Date | null }>(
      `SELECT min(received_at) AS at FROM intelligence.observation WHERE forgotten_until IS NULL AND observed IS NOT NULL`,
    );
    return rows[0]?.at ?? null;
  },
};
