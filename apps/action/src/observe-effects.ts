import { atMostEvery, observe } from '@weir/service';
import type pg from 'pg';

const EVERY_MS = 2_000;

/** Tells scrapes how many effects wait or were given up. The returned function ends that. */
export const observeEffects = (pool: pg.Pool): (() => void) => {
  const counts = atMostEvery(EVERY_MS, async () => {
    const { rows } = await pool.query<{ status: string; count: number }>(
      `SELECT s.status, (SELECT count(*) FROM action.effect WHERE status = s.status)::float8 AS count FROM unnest(ARRAY['pending', 'failed']) AS s(status)`,
    );
    return rows;
  });
  return observe('effectsOpen', async () =>
    (await counts()).map(({ status, count }) => ({ value: count, labels: { status } })),
  );
};
