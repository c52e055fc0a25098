import { expect, test } from 'vitest';
import { evolveFreshness, NEVER_LOADED, type FeedFreshness, type FeedLoaded } from './feed-loaded.js';

const loaded = (feed: FeedLoaded['data']['feed'], loadedAt: string, asOf: string | null = null): FeedLoaded => ({
  type: 'FeedLoaded',
  version: 1,
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

test('a feed that was never loaded has no freshness', () => given().then({ osv: null, epss: null, kev: null }));

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
    loaded('osv', NOON, '2026-08-01'),
    loaded('osv', MORNING, '2026-08-02'),
  ],
  ['an older one of several files', loaded('osv', MORNING, '2026-08-02'), loaded('osv', NOON, '2026-08-01')],
])('%s moves no date back', (_what, first, second) => {
  given(first, second).then({ ...NEVER_LOADED, osv: { asOf: '2026-08-02', loadedAt: NOON } });
});

test('a file that states no date leaves the one that is known', () => {
  given(loaded('osv', MORNING, '2026-08-01'), loaded('osv', NOON)).then({
    ...NEVER_LOADED,
    osv: { asOf: '2026-08-01', loadedAt: NOON },
  });
});
