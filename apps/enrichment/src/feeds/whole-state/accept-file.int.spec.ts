import { Readable } from 'node:stream';
import { FEED_SHARD } from '@weir/domain';
import { openShardQueue } from '@weir/event-store';
import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  observedOf,
  openTestEnrichment,
  type TestEnrichment,
} from '../../../../../tools/testing/enrichment-for-tests.js';
import { appendFeedLoads } from '../append-feed-loads.js';
import type { FeedKind } from '@weir/contracts';
import type { LoadedFeed } from '../feed.js';
import { readFreshness } from '../feed-freshness.js';

let enrichment: TestEnrichment;

beforeEach(async () => {
  enrichment = await openTestEnrichment();
  enrichment.clock.now = '2026-11-22T12:00:00.000Z';
});

afterEach(() => enrichment.close());

const CVES = Array.from({ length: 400 }, (_, i) => `CVE-2026-${1000 + i}`);

const scores = (day: string, cves: readonly string[], score = 0.9): Buffer =>
  Buffer.from(
    `#model_version:v1,score_date:${day}T00:00:00+0000\ncve,epss,percentile\n${cves.map((cve) => `${cve},${score},0.5\n`).join('')}`,
  );

const load = async (kind: FeedKind, file: Buffer): Promise<LoadedFeed> => {
  const answer = await enrichment.load(kind, Readable.from([file]));
  if ('refused' in answer) throw new Error(answer.refused.detail);
  return answer;
};

const toldInLog = async (): Promise<readonly unknown[]> => {
  await appendFeedLoads(await openShardQueue(enrichment.store, FEED_SHARD, enrichment.work.logger), enrichment.pool);
  const events = await enrichment.store.read(FEED_SHARD, { position: 0, limit: 100 });
  return events.map(({ type, occurredAt, data }) => ({ type, occurredAt, ...(data as object) }));
};

const epss = async () => (await readFreshness(enrichment.pool)).find(({ feed }) => feed === 'epss');

const advised = (cve: string): Buffer =>
  Buffer.from(
    JSON.stringify({
      id: 'GHSA-hold-0001-aaaa',
      modified: '2026-05-01T00:00:00Z',
      aliases: [cve],
      affected: [{ package: { ecosystem: 'npm', name: 'held' }, versions: ['1.0.0'] }],
    }),
  );

test('a file that is held back makes its feed no fresher, is told of in the log, and frees no package until a person lets it in', async () => {
  const [first = '', ...others] = CVES;
  await load('osv', advised(first));
  await load('epss', scores('2026-11-20', CVES));
  await enrichment.observe(observedOf('pkg:npm/held@1.0.0'));
  enrichment.clock.now = '2026-11-23T12:00:00.000Z';
  const held = await load('epss', scores('2026-11-21', others.slice(150)));
  expect(held).toMatchObject({ removed: 0, awaited: 151, affectedPackages: 0, heldBack: { absent: 151 } });
  await load('epss', scores('2026-11-21', others.slice(150)));
  expect(await epss()).toMatchObject({
    asOf: '2026-11-20',
    loadedAt: '2026-11-22T12:00:00.000Z',
    awaited: 151,
    heldBack: { content: held.content, asOf: '2026-11-21', heldAt: '2026-11-23T12:00:00.000Z', absent: 151 },
  });
  enrichment.clock.now = '2026-11-23T15:00:00.000Z';
  expect(await enrichment.accept('epss', held.content ?? '')).toMatchObject({ removed: 151, affectedPackages: 1 });
  expect(await epss()).toMatchObject({
    asOf: '2026-11-21',
    loadedAt: '2026-11-23T12:00:00.000Z',
    awaited: 0,
    heldBack: null,
  });
  expect((await toldInLog()).slice(2), 'the same file again is told of once').toMatchObject([
    {
      type: 'FeedHeldBack',
      content: held.content,
      absent: 151,
      lowered: 0,
      reason: expect.stringContaining('151 of 400') as string,
    },
    {
      type: 'FeedAccepted',
      content: held.content,
      removed: 151,
      by: 'ada',
      because: 'a test',
      decidedAt: '2026-11-23T15:00:00.000Z',
      occurredAt: '2026-11-23T15:00:00.000Z',
    },
  ]);
});

test('scores that fall together are lowered when a person says so, and what they were is history', async () => {
  await load('epss', scores('2026-11-20', CVES));
  const held = await load('epss', scores('2026-11-21', CVES, 0.001));
  expect(held).toMatchObject({ changed: 0, awaited: 400, heldBack: { lowered: 400 } });
  expect(await enrichment.accept('epss', held.content ?? '')).toMatchObject({ changed: 400, removed: 0 });
  const { rows } = await enrichment.pool.query(
    `SELECT DISTINCT e.score, e.date::text, h.score AS before FROM intelligence.epss_score e JOIN intelligence.epss_history h USING (cve)`,
  );
  expect(rows).toEqual([{ score: 0.001, date: '2026-11-21', before: 0.9 }]);
});

test('of scores that fall on two days the higher counts where the second falls too far again', async () => {
  await load('epss', scores('2026-11-20', CVES, 0.9));
  await load('epss', scores('2026-11-21', CVES, 0.4));
  expect(await load('epss', scores('2026-11-22', CVES, 0))).toMatchObject({ changed: 400, heldBack: { lowered: 400 } });
  const stored = async () =>
    (await enrichment.pool.query<object>('SELECT DISTINCT score FROM intelligence.epss_score')).rows;
  expect(await stored()).toEqual([{ score: 0.4 }]);
  expect(await load('epss', scores('2026-11-23', CVES, 0.4))).toMatchObject({ changed: 0, awaited: 0, heldBack: null });
  expect(await stored()).toEqual([{ score: 0.4 }]);
});

test('a true file of the day before ends it that a file is held back', async () => {
  await load('epss', scores('2026-11-20', CVES));
  await load('epss', scores('2026-11-21', CVES.slice(200)));
  expect((await epss())?.heldBack).not.toBeNull();
  await load('epss', scores('2026-11-20', CVES));
  expect((await epss())?.heldBack, 'a true file of the day before ends it').toBeNull();
});

test('a file that replaces is told of with who and why, and its feed is as old as it is', async () => {
  await load('epss', scores('2026-11-21', CVES, 0.1));
  expect(await enrichment.load('epss', Readable.from([scores('2026-11-20', CVES)]))).toHaveProperty('refused');
  expect(await enrichment.replace('epss', Readable.from([scores('2026-11-20', CVES)]))).toMatchObject({ changed: 400 });
  expect(await epss()).toMatchObject({ asOf: '2026-11-20', heldBack: null });
  expect((await toldInLog()).at(-1)).toMatchObject({
    type: 'FeedReplaced',
    by: 'ada',
    because: 'a test',
    changed: 400,
  });
  expect(await load('epss', scores('2026-11-21', CVES))).toMatchObject({ changed: 0 });
});

test.each<[string, FeedKind, RegExp]>([
  ['of which no file was sent', 'kev', /No file of kev was sent yet/],
  ['that has no whole states', 'osv', /nothing to accept/],
])('a feed %s has nothing to accept', async (_, kind, words) => {
  expect(await enrichment.accept(kind, `sha256:${'0'.repeat(64)}`)).toMatchObject({
    refused: { detail: expect.stringMatching(words) as string },
  });
});
