import type { Retained } from './keep-retention.js';

const AT_ONCE = 5_000;

export interface ByTime {
  /** With its schema. */
  readonly table: string;
  /** Column that an index begins with. */
  readonly time: string;
  /** Which of the old rows may go; all unless given. Of a row `r`. */
  readonly mayGo?: string;
}

/** Rows that go by a time of theirs. What another process takes at the moment is left to it. */
export const deletedByTime = ({ table, time, mayGo = 'true' }: ByTime): Retained => ({
  table,
  deleteSome: async (pool, before) => {
    const { rowCount } = await pool.query(
      `DELETE FROM ${table} WHERE ctid = ANY (ARRAY(
         SELECT r.ctid FROM ${table} r WHERE r.${time} < $1 AND ${mayGo} ORDER BY r.${time} LIMIT ${AT_ONCE} FOR UPDATE SKIP LOCKED))`,
      [before],
    );
    return { deleted: rowCount ?? 0, isDone: (rowCount ?? 0) < AT_ONCE };
  },
  oldest: async (pool) => {
    const { rows } = await pool.query<{ at: Date | null }>(`SELECT min(${time})::timestamptz AS at FROM ${table}`);
    return rows[0]?.at ?? null;
  },
});
