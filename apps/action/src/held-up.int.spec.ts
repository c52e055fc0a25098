import { inTransaction } from '@weir/postgres';
import type pg from 'pg';
import { expect, test, vi } from 'vitest';
import { decisionMessage, openActionBench } from '../../../tools/testing/acting.js';

/** When the transactions began that wait for a lock. */
const waitingSince = async (pool: pg.Pool): Promise<readonly string[]> => {
  const { rows } = await pool.query<{ since: string }>(
    `SELECT xact_start::text AS since FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
  );
  return rows.map(({ since }) => since);
};

test('a lock that another session holds ends a statement in time, again and again, and the service goes on once it is free', async () => {
  const bench = await openActionBench({ lockMillis: 200 });
  await bench.store.openShard('action/0');
  const action = await bench.start([]);
  const attempts = new Set<string>();
  await inTransaction(bench.pool, async (client) => {
    await client.query(`SELECT FROM log.shard_head WHERE shard = 'action/0' FOR UPDATE`);
    await bench.publish(decisionMessage({ position: 0, state: 'quarantined' }));
    const see = async (): Promise<void> => {
      for (const since of await waitingSince(bench.pool)) attempts.add(since);
      expect(attempts.size).toBeGreaterThanOrEqual(3);
    };
    await vi.waitFor(see, { timeout: 30_000, interval: 20 });
  });
  expect(await bench.events(1)).toMatchObject([{ type: 'EffectRequested' }]);
  await action.close();
  await bench.drop();
});
