import type { FeedKind } from '@weir/contracts';
import { FEED_SHARD } from '@weir/domain';
import { openShardQueue } from '@weir/event-store';
import { inTransaction } from '@weir/postgres';
import { deleteOld } from '@weir/service';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTestEnrichment, type TestEnrichment } from '../../../../tools/testing/enrichment-for-tests.js';
import { chanceOf, givenSeed, type Chance } from '../../../../tools/testing/random-cases.js';
import { appendFeedLoads } from '../feeds/append-feed-loads.js';
import { readFreshness } from '../feeds/feed-freshness.js';
import { latestEtag } from '../feeds/feed-loads.js';
import { refuseOlder } from '../feeds/refuse-older.js';
import { feedRetention } from './feed-retention.js';

let enrichment: TestEnrichment;
beforeAll(async () => {
  enrichment = await openTestEnrichment();
});
afterAll(() => enrichment.close());

const FEEDS: readonly FeedKind[] = ['epss', 'kev'];
const SOURCES = ['https://a.example/f', 'https://b.example/f', 'upload'];
const dateOf = (day: number): string => new Date(Date.UTC(2026, 0, 1) + day * 86_400_000).toISOString();
const DAYS = 60;

/** A load, or a file that was held back, as loading writes them. */
const addRow = (chance: Chance, feed: FeedKind, day: number): Promise<unknown> => {
  const asOf = dateOf(day + chance.below(7) - 4).slice(0, 10);
  const source = chance.pick(SOURCES);
  return chance.happens(0.2)
    ? enrichment.pool.query(
        `INSERT INTO intelligence.feed_held_back (feed, revision, source, digest, as_of, held_at, records, added, changed, removed, skipped, absent, lowered, reason)
         VALUES ($1, $2, $3, $2, $4, $5, 1, 0, 0, 0, 0, 9, 0, 'it leaves out 9')`,
        [feed, `r-${day}`, source, asOf, dateOf(day)],
      )
    : enrichment.pool.query(
        `INSERT INTO intelligence.feed_load (feed, revision, source, etag, as_of, loaded_at, records, added, changed, removed, skipped, affected_packages, ecosystems, decided)
         VALUES ($1, $2, $3, $4, $5, $6, 1, 1, 0, 0, 0, 0, '{}', $7)`,
        [
          feed,
          `r-${day}`,
          source,
          source === 'upload' ? null : `"${day}"`,
          asOf,
          dateOf(day),
          chance.happens(0.1) ? 'replaced' : null,
        ],
      );
};

/** All that loading asks of what was loaded before. */
const answers = async (): Promise<unknown> => {
  const { pool } = enrichment;
  const refused = await Promise.all(
    FEEDS.flatMap((feed) =>
      Array.from({ length: DAYS + 5 }, (_, day) =>
        inTransaction(pool, (client) => refuseOlder(client, feed, dateOf(day).slice(0, 10))).then(
          () => null,
          (refusal: unknown) => (refusal as Error).message,
        ),
      ),
    ),
  );
  const etags = await Promise.all(FEEDS.flatMap((feed) => SOURCES.map((source) => latestEtag(pool, feed, source))));
  return { refused, etags, freshness: await readFreshness(pool) };
};

const rowsLeft = async (): Promise<number> =>
  (
    await enrichment.pool.query<{ rows: number }>(
      `SELECT (SELECT count(*) FROM intelligence.feed_load)::float8 + (SELECT count(*) FROM intelligence.feed_held_back)::float8 AS rows`,
    )
  ).rows[0]?.rows ?? 0;

const seed = givenSeed();
test(`loading answers as if nothing had been deleted, and the log is told of every load: from seed ${seed}`, async () => {
  console.log(`SEED=${seed} npx vitest run --project integration apps/enrichment/src/retention/feed`);
  const chance = chanceOf(seed);
  const queue = await openShardQueue(enrichment.store, FEED_SHARD, enrichment.work.logger);
  let rows = 0;
  for (let day = 0; day < DAYS; day += 1) {
    for (const feed of FEEDS) {
      await addRow(chance, feed, day);
      rows += 1;
    }
    if (chance.happens(0.4)) await appendFeedLoads(queue, enrichment.pool);
    if (!chance.happens(0.1)) continue;
    const before = await answers();
    for (const retained of feedRetention)
      await deleteOld(enrichment.pool, retained, new Date(dateOf(day - chance.below(20))));
    expect(await answers()).toEqual(before);
  }
  await appendFeedLoads(queue, enrichment.pool);
  const told = await enrichment.store.read(FEED_SHARD, { position: 0, limit: 1_000 });
  expect(told).toHaveLength(rows);
  const before = await answers();
  for (const retained of feedRetention) await deleteOld(enrichment.pool, retained, new Date(dateOf(DAYS)));
  expect(await answers()).toEqual(before);
  expect(await rowsLeft()).toBeLessThan(20);
}, 60_000);
