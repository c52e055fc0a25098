import type pg from 'pg';
import { atMostEvery, observe } from '../metrics/metrics.js';

const EVERY_MS = 60_000;

/** With indexes and what lies beside the table. A table that a migration holds at the moment is left out by the time limit of scrapes. */
const SIZES = `
  SELECT n.nspname || '.' || c.relname AS table, pg_total_relation_size(c.oid)::float8 AS bytes
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
   WHERE c.relkind = 'r' AND n.nspname = ANY ($1::text[])`;

/** Tells scrapes the size of each table of these schemas. The returned function ends that. */
export const observeTables = (pool: pg.Pool, schemas: readonly string[]): (() => void) => {
  const read = atMostEvery(
    EVERY_MS,
    async () => (await pool.query<{ table: string; bytes: number }>(SIZES, [schemas])).rows,
  );
  return observe('tableBytes', async () =>
    (await read()).map(({ table, bytes }) => ({ value: bytes, labels: { table } })),
  );
};
