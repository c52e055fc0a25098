import { compareView, mendView, openComparing, type Compared, type DerivedView } from '@weir/postgres';
import { deleteOld } from '@weir/service';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { decisionMessage, openActionBench, QUICK, type ActionBench } from '../../../../tools/testing/acting.js';
import { effectView } from '../effect-view.js';
import { effectRetention } from './effect-retention.js';

let bench: ActionBench;
beforeAll(async () => {
  bench = await openActionBench();
});
afterAll(() => bench.drop());

/** Refuses every connection, and is tried again in an hour. */
const nobody = {
  name: 'nobody',
  url: 'http://127.0.0.1:1/',
  secrets: [`whsec_${Buffer.alloc(32, 7).toString('base64')}`],
  kinds: ['tagged' as const],
  allowPrivate: true,
};

const act = async (...messages: readonly ReturnType<typeof decisionMessage>[]): Promise<void> => {
  const schedule = { ...QUICK, firstDelay: 3_600_000, longestDelay: 3_600_000, giveUpAfter: 86_400_000 };
  const action = await bench.start([nobody], { schedule });
  await bench.publish(...messages);
  await bench.caughtUp();
  await action.close();
};

const effects = async (): Promise<readonly string[]> =>
  (
    await bench.pool.query<{ told: string }>(
      `SELECT package_key || ' ' || status AS told FROM action.effect ORDER BY sequence`,
    )
  ).rows.map(({ told }) => told.replace(/^.*npm\//, ''));

const onView = async (
  work: (pool: ReturnType<typeof openComparing>, view: DerivedView) => Promise<readonly Compared[]>,
  keptSince: Date | null,
): Promise<number> => {
  const pool = openComparing(bench.databaseUrl, bench.logger);
  try {
    const compared = await work(pool, effectView({ store: bench.store, keptSince }));
    return compared.reduce((sum, { differing }) => sum + differing, 0);
  } finally {
    await pool.end();
  }
};

test('effects that are over go, those that wait stay, and nothing is asked for again', async () => {
  await act(
    decisionMessage({ position: 0, name: 'over', state: 'quarantined' }),
    decisionMessage({ position: 1, name: 'waits', tags: ['risky'] }),
  );
  expect(await effects()).toEqual(['over@4.17.20 recorded', 'waits@4.17.20 pending']);
  const later = new Date(Date.now() + 60_000);
  expect(await deleteOld(bench.pool, effectRetention, new Date(0))).toBe(0);
  expect(await deleteOld(bench.pool, effectRetention, later)).toBe(1);
  expect(await effects()).toEqual(['waits@4.17.20 pending']);

  await act(decisionMessage({ position: 2, name: 'over', state: 'quarantined' }));
  expect(await effects(), 'the package was asked to be so').toEqual(['waits@4.17.20 pending']);

  expect(await onView(compareView, later), 'what is old may be gone').toBe(0);
  expect(await onView(compareView, null), 'and is missed where all is kept').toBe(1);
  expect(await onView(mendView, later)).toBe(0);
  expect(await effects(), 'mending does not bring it back').toEqual(['waits@4.17.20 pending']);
  await onView(mendView, null);
  expect(await effects()).toHaveLength(2);
  expect(await onView(compareView, null)).toBe(0);
});
