import { atMostEvery, observe } from '@weir/service';
import type pg from 'pg';
import { oldestLoad, readEcosystemLoads } from './ecosystem-loads.js';
import { readFreshness } from './feed-freshness.js';

const EVERY_MS = 2_000;

/** Tells scrapes how fresh the feeds are and how much they left to look at again. The returned function ends that. */
export const observeFeeds = (pool: pg.Pool, clock: () => Date): (() => void) => {
  const feeds = atMostEvery(EVERY_MS, () => readFreshness(pool));
  const pending = atMostEvery(EVERY_MS, async () => {
    const { rows } = await pool.query<{ count: number }>(
      'SELECT count(*)::float8 AS count FROM intelligence.pending_reassessment',
    );
    return rows[0]?.count ?? 0;
  });
  const oldestEcosystem = atMostEvery(EVERY_MS, async () => oldestLoad(await readEcosystemLoads(pool)));
  const forget = [
    observe('feedLoaded', async () =>
      (await feeds()).map(({ feed, loadedAt }) => ({ value: loadedAt === null ? 0 : 1, labels: { feed } })),
    ),
    observe('feedLoadedAge', async () => {
      const oldest = await oldestEcosystem();
      return (await feeds()).flatMap(({ feed, loadedAt }) => ageOf(feed, feed === 'osv' ? oldest : loadedAt, clock()));
    }),
    observe('feedDataAge', async () => (await feeds()).flatMap(({ feed, asOf }) => ageOf(feed, asOf, clock()))),
    observe('feedRecords', async () =>
      (await feeds()).flatMap(({ feed, records }) => (records === null ? [] : [{ value: records, labels: { feed } }])),
    ),
    observe('feedHeldBack', async () =>
      (await feeds()).map(({ feed, heldBack }) => ({ value: heldBack === null ? 0 : 1, labels: { feed } })),
    ),
    observe('feedAwaited', async () =>
      (await feeds()).map(({ feed, awaited }) => ({ value: awaited, labels: { feed } })),
    ),
    observe('reassessmentsPending', async () => [{ value: await pending(), labels: {} }]),
  ];
  return () => forget.forEach((end) => end());
};

/** Nothing for a feed that was never loaded, or whose own date cannot be read. */
const ageOf = (
  feed: string,
  since: string | null,
  now: Date,
): readonly { readonly value: number; readonly labels: { readonly feed: string } }[] => {
  const at = Date.parse(since ?? '');
  return Number.isNaN(at) ? [] : [{ value: Math.max(0, (now.getTime() - at) / 1000), labels: { feed } }];
};
