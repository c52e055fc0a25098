import { expect, test } from 'vitest';
import { evolveFreshness, NEVER_LOADED, type FeedFreshness, type FeedLoaded } from './feed-loaded.js';
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
const given = (...events: readonly FeedLoaded[]) => ({
  then: (expected: FeedFreshness) => {
    const stored = events.map((event) => JSON.parse(JSON.stringify(event)) as FeedLoaded);
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
