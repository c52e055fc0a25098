import { atMostEvery, observe } from '@weir/service';
import type pg from 'pg';

const EVERY_MS = 2_000;

/** Tells scrapes how many effects wait or were given up, and how often endpoints have failed. The returned function ends that. */
export const observeEffects = (pool: pg.Pool, endpoints: readonly string[]): (() => void) => {
  const counts = atMostEvery(EVERY_MS, async () => {
    const { rows } = await pool.query<{ status: string; count: number }>(
      `SELECT s.status, (SELECT count(*) FROM action.effect WHERE status = s.status)::float8 AS count FROM unnest(ARRAY['pending', 'failed']) AS s(status)`,
    );
    return rows;
  });
  const attempts = atMostEvery(EVERY_MS, () => readAttempts(pool));
  const forget = [
    observe('effectsOpen', async () =>
      (await counts()).map(({ status, count }) => ({ value: count, labels: { status } })),
    ),
    observe('deliveryAttempts', async () => {
      const waiting = await attempts();
      return endpoints.map((endpoint) => ({ value: waiting.get(endpoint) ?? 0, labels: { endpoint } }));
    }),
  ];
  return () => forget.forEach((end) => end());
};

/** Of each endpoint that something waits for, the most failed attempts of one delivery. */
const readAttempts = async (pool: pg.Pool): Promise<ReadonlyMap<string, number>> => {
  const { rows } = await pool.query<{ endpoint: string; attempts: number }>(
    `SELECT endpoint, max(attempts) AS attempts FROM action.delivery WHERE status = 'pending' GROUP BY endpoint`,
  );
  return new Map(rows.map(({ endpoint, attempts }) => [endpoint, attempts]));
};
