import { setTimeout as sleep } from 'node:timers/promises';
import { Readable } from 'node:stream';
import { FEED_SHARD, evolveFreshness, NEVER_LOADED, type FeedEvent, type FeedFreshness } from '@weir/domain';
import { openShardQueue, verifyLog, type StoredEvent } from '@weir/event-store';
import { Retryable } from '@weir/postgres';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openTestEnrichment, type TestEnrichment } from '../../../../tools/testing/enrichment-for-tests.js';
import { appendOnAndOn } from './append-on-and-on.js';
import { appendFeedLoads } from './append-feed-loads.js';
import { repeatLoad } from './feed-loads.js';

let enrichment: TestEnrichment;

beforeEach(async () => {
  enrichment = await openTestEnrichment();
});

afterEach(() => enrichment.close());

const scores = (day: string) =>
  enrichment.load(
    'epss',
    Readable.from([
      Buffer.from(
        `#model_version:v1,score_date:${day}T00:00:00+0000\ncve,epss,percentile\nCVE-2026-1000,0.1,0.2\nnonsense\n`,
      ),
    ]),
  );

const events = (): Promise<readonly StoredEvent[]> => enrichment.store.read(FEED_SHARD, { position: 0, limit: 1000 });
const queue = () => openShardQueue(enrichment.store, FEED_SHARD, enrichment.work.logger);
const freshness = async (): Promise<FeedFreshness> =>
  (await events()).reduce((known, event) => evolveFreshness(known, event as unknown as FeedEvent), NEVER_LOADED);

test('each load is one event, in the order in which they were made', async () => {
  await scores('2026-06-01');
  enrichment.clock.now = '2026-06-15T12:00:00.000Z';
  await scores('2026-06-02');
  expect(await appendFeedLoads(await queue(), enrichment.pool)).toBe(2);
  expect(await appendFeedLoads(await queue(), enrichment.pool), 'told already').toBe(0);
  const [first, second, ...more] = await events();
  expect(more).toEqual([]);
  expect(first).toMatchObject({
    type: 'FeedLoaded',
    version: 2,
    subject: 'epss',
    occurredAt: '2026-06-14T12:00:00.000Z',
  });
  expect(first?.data).toEqual({
    feed: 'epss',
    revision: '2026-06-01',
    source: 'upload',
    content: expect.stringMatching(/^sha256:[0-9a-f]{64}$/) as string,
    asOf: '2026-06-01',
    loadedAt: '2026-06-14T12:00:00.000Z',
    records: 2,
    added: 1,
    changed: 0,
    removed: 0,
    skipped: 1,
    foreign: 0,
    ecosystems: {},
  });
  expect(second?.data).toMatchObject({ revision: '2026-06-02', added: 0 });
  expect(await freshness()).toEqual({
    osv: {},
    kev: null,
    epss: { asOf: '2026-06-02', loadedAt: '2026-06-15T12:00:00.000Z' },
  });
  expect(await verifyLog(enrichment.pool), 'it names no evidence').toMatchObject({ valid: true, events: 2 });
});

test('an unchanged file makes its feed new as well', async () => {
  await scores('2026-06-01');
  await repeatLoad(enrichment.pool, 'epss', 'upload', '2026-06-16T12:00:00.000Z');
  await appendFeedLoads(await queue(), enrichment.pool);
  expect(await freshness()).toMatchObject({ epss: { asOf: '2026-06-01', loadedAt: '2026-06-16T12:00:00.000Z' } });
});

test('a refused file is no load', async () => {
  expect(await enrichment.load('epss', Readable.from([Buffer.from('nothing')]))).toHaveProperty('refused');
  expect(await appendFeedLoads(await queue(), enrichment.pool)).toBe(0);
});

test('of several processes each load is told by one: who comes late fails, and sees it done', async () => {
  await scores('2026-06-01');
  const [one, another] = [await queue(), await queue()];
  expect(await appendFeedLoads(one, enrichment.pool)).toBe(1);
  await expect(appendFeedLoads(another, enrichment.pool)).rejects.toBeInstanceOf(Retryable);
  expect(await appendFeedLoads(another, enrichment.pool)).toBe(0);
  expect(await events()).toHaveLength(1);
});

test('a load that is not committed is not passed over by one that is', async () => {
  await scores('2026-06-01');
  const slow = await enrichment.pool.connect();
  try {
    await slow.query('BEGIN; SELECT pg_advisory_xact_lock(7305714)');
    await slow.query(
      `INSERT INTO intelligence.feed_load (feed, revision, source, loaded_at, records, added, changed, removed, skipped, affected_packages) VALUES ('kev', 'slow', 'file', now(), 1, 1, 0, 0, 0, 0)`,
    );
    const repeating = repeatLoad(enrichment.pool, 'epss', 'upload', '2026-06-16T12:00:00.000Z');
    await expect
      .poll(
        async () =>
          (
            await enrichment.pool.query(
              `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
            )
          ).rowCount,
      )
      .toBe(1);
    expect(await appendFeedLoads(await queue(), enrichment.pool)).toBe(1);
    await slow.query('COMMIT');
    await repeating;
  } finally {
    slow.release();
  }
  expect(await appendFeedLoads(await queue(), enrichment.pool)).toBe(2);
  expect((await events()).map(({ subject }) => subject)).toEqual(['epss', 'kev', 'epss']);
});

test('in the background loads are told when it is woken, by two at once as by one', async () => {
  const loops = [1, 2].map(() =>
    appendOnAndOn({ store: enrichment.store, pool: enrichment.pool, logger: enrichment.work.logger }, 60_000),
  );
  for (let day = 1; day <= 5; day += 1) {
    await scores(`2026-06-0${day}`);
    for (const loop of loops) loop.wake();
    await sleep(day % 3);
  }
  await expect.poll(async () => (await events()).length, { timeout: 20_000 }).toBe(5);
  for (const loop of loops) await loop.stop();
  expect((await events()).map(({ data }) => (data as { revision: string }).revision)).toEqual(
    [1, 2, 3, 4, 5].map((day) => `2026-06-0${day}`),
  );
});
