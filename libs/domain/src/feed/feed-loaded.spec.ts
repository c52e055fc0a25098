import { expect, test } from 'vitest';
import {
  evolveFreshness,
  NEVER_LOADED,
  type FeedEvent,
  type FeedFreshness,
  type FeedHeldBack,
  type FeedLoaded,
  type FeedReplaced,
} from './feed-loaded.js';
import { feedLoadedToVersion2 } from './upcast-feed.js';

const loaded = (
  feed: FeedLoaded['data']['feed'],
  loadedAt: string,
  asOf: string | null = null,
  covers: readonly string[] = [],
): FeedLoaded => ({
  type: 'FeedLoaded',
  version: 2,
  data: {
    feed,
    revision: '1',
    source: 'file',
    content: null,
    asOf,
    loadedAt,
    records: 3,
    added: 1,
    changed: 1,
    removed: 0,
    skipped: 0,
    foreign: 0,
    ecosystems: Object.fromEntries(covers.map((ecosystem) => [ecosystem, { records: 3, asOf }])),
  },
});

const MORNING = '2026-08-02T06:00:00.000Z';
const NOON = '2026-08-02T12:00:00.000Z';

/** given(events).then(freshness): every event passes through JSON text, because that is what the log keeps of it. */
const given = (...events: readonly FeedEvent[]) => ({
  then: (expected: FeedFreshness) => {
    const stored = events.map((event) => JSON.parse(JSON.stringify(event)) as FeedEvent);
    expect(stored.reduce(evolveFreshness, NEVER_LOADED)).toEqual(expected);
  },
});

test('a feed that was never loaded has no freshness', () => given().then({ osv: {}, epss: null, kev: null }));

test('a load makes its feed as new as the load and no other', () => {
  given(loaded('epss', MORNING, '2026-08-01')).then({
    ...NEVER_LOADED,
    epss: { asOf: '2026-08-01', loadedAt: MORNING },
  });
});

test('an unchanged file loaded again is as new as the second load', () => {
  given(loaded('kev', MORNING, '2026-08-01'), loaded('kev', NOON, '2026-08-01')).then({
    ...NEVER_LOADED,
    kev: { asOf: '2026-08-01', loadedAt: NOON },
  });
});

test.each<[string, FeedLoaded, FeedLoaded]>([
  [
    'a load that began earlier and ended later',
    loaded('osv', NOON, '2026-08-01', ['npm']),
    loaded('osv', MORNING, '2026-08-02', ['npm']),
  ],
  [
    'an older one of several files',
    loaded('osv', MORNING, '2026-08-02', ['npm']),
    loaded('osv', NOON, '2026-08-01', ['npm']),
  ],
])('%s moves no date back', (_what, first, second) => {
  given(first, second).then({ ...NEVER_LOADED, osv: { npm: { asOf: '2026-08-02', loadedAt: NOON } } });
});

test('a file that states no date leaves the one that is known', () => {
  given(loaded('kev', MORNING, '2026-08-01'), loaded('kev', NOON)).then({
    ...NEVER_LOADED,
    kev: { asOf: '2026-08-01', loadedAt: NOON },
  });
});

test('a file of advisories makes new the ecosystems that it covers, and no other', () => {
  given(loaded('osv', MORNING, '2026-08-01', ['npm', 'PyPI']), loaded('osv', NOON, '2026-08-02', ['npm'])).then({
    ...NEVER_LOADED,
    osv: { npm: { asOf: '2026-08-02', loadedAt: NOON }, PyPI: { asOf: '2026-08-01', loadedAt: MORNING } },
  });
  given(loaded('osv', NOON, '2026-08-02')).then(NEVER_LOADED);
});

test('of a load that a version before told it is not known what it covered, so it covered nothing', () => {
  const { foreign: _, ecosystems: __, ...former } = loaded('osv', NOON, '2026-08-02', ['npm']).data;
  expect(feedLoadedToVersion2(former)).toEqual({ ...former, foreign: null, ecosystems: {} });
});

const DECIDED = { by: 'ada', because: 'a file of before was wrong', decidedAt: NOON };
const replaced = (asOf: string | null, loadedAt: string): FeedReplaced => ({
  type: 'FeedReplaced',
  version: 1,
  data: { ...loaded('epss', loadedAt, asOf).data, ...DECIDED },
});

test('a file that is held back makes its feed no newer', () => {
  const { foreign: _, ecosystems: __, ...file } = loaded('epss', NOON, '2026-08-02').data;
  const heldBack: FeedHeldBack = {
    type: 'FeedHeldBack',
    version: 1,
    data: { ...file, absent: 14_000, lowered: 0, reason: 'it leaves out 14000' },
  };
  given(loaded('epss', MORNING, '2026-08-01'), heldBack).then({
    ...NEVER_LOADED,
    epss: { asOf: '2026-08-01', loadedAt: MORNING },
  });
});

test('once a person let it in it is as new as when its file came', () => {
  given(loaded('epss', MORNING, '2026-08-01'), {
    type: 'FeedAccepted',
    version: 1,
    data: { ...loaded('epss', NOON, '2026-08-02').data, ...DECIDED },
  }).then({ ...NEVER_LOADED, epss: { asOf: '2026-08-02', loadedAt: NOON } });
});

test('a person may put an older file in the place of what was known, and later files count from there', () => {
  given(loaded('epss', MORNING, '2026-08-02'), replaced('2026-07-30', NOON)).then({
    ...NEVER_LOADED,
    epss: { asOf: '2026-07-30', loadedAt: NOON },
  });
  given(loaded('epss', MORNING, '2026-08-02'), replaced('2026-07-30', NOON), loaded('epss', NOON, '2026-07-31')).then({
    ...NEVER_LOADED,
    epss: { asOf: '2026-07-31', loadedAt: NOON },
  });
});

test.each([
  ['a day', '2099-01-01', '2026-08-03'],
  ['an instant', '2099-01-01T00:00:00.000Z', '2026-08-02T01:00:00.000Z'],
])('%s ahead of its load is no date, so that what is true afterwards is newer', (_, never, next) => {
  given(loaded('epss', MORNING, never)).then({ ...NEVER_LOADED, epss: { asOf: null, loadedAt: MORNING } });
  given(loaded('epss', MORNING, never), loaded('epss', '2026-08-03T06:00:00.000Z', next)).then({
    ...NEVER_LOADED,
    epss: { asOf: next, loadedAt: '2026-08-03T06:00:00.000Z' },
  });
});
