import { join } from 'node:path';
import { Readable } from 'node:stream';
import { ECOSYSTEMS, TOPICS } from '@weir/contracts';
import { FEED_SHARD } from '@weir/domain';
import { openShardQueue } from '@weir/event-store';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { observedOf, openTestEnrichment, type TestEnrichment } from '../../../../tools/testing/enrichment-for-tests.js';
import { chanceOf, givenSeed } from '../../../../tools/testing/random-cases.js';
import { sharedData } from '../../../../tools/testing/shared-data.js';
import { appendFeedLoads } from '../feeds/append-feed-loads.js';
import { oldestLoad, readEcosystemLoads } from '../feeds/ecosystem-loads.js';
import { showFreshness } from '../feeds/feed-freshness.js';
import { latestEtag, repeatLoad } from '../feeds/feed-loads.js';
import type { LoadedFeed } from '../feeds/feed.js';
import { FillEcosystemLoads1796069460000 } from '../migrations/202611302011-fill-ecosystem-loads.js';

let enrichment: TestEnrichment;

beforeEach(async () => {
  enrichment = await openTestEnrichment();
});

afterEach(() => enrichment.close());

const advisory = (id: string, ...packages: readonly (readonly [ecosystem: string, name: string])[]) => ({
  id,
  modified: '2026-05-01T00:00:00Z',
  affected: packages.map(([ecosystem, name]) => ({
    package: { ecosystem, name },
    ranges: [{ type: 'ECOSYSTEM', events: [{ introduced: '0' }] }],
  })),
});

const load = async (...records: readonly object[]): Promise<LoadedFeed> => {
  const text = records.map((record) => JSON.stringify(record)).join('\n');
  const loaded = await enrichment.load('osv', Readable.from([Buffer.from(text)]));
  if ('refused' in loaded) throw new Error(loaded.refused.detail);
  return loaded;
};

const PURLS = {
  npm: 'pkg:npm/lodash@4.17.20',
  PyPI: 'pkg:pypi/django@3.2',
  Maven: 'pkg:maven/org.example/demo@1.0',
  Go: 'pkg:golang/example.org/demo@v1.0.0',
  'crates.io': 'pkg:cargo/demo@1.0.0',
} as const;

const statuses = async (): Promise<Record<string, string | undefined>> => {
  const told = [...(await enrichment.enriched(TOPICS.enriched)), ...(await enrichment.enriched(TOPICS.enrichedByFeed))];
  const latest = new Map(told.map(({ envelope, facts }) => [envelope.package.purl, facts?.v0.package]));
  return Object.fromEntries(
    Object.entries(PURLS).map(([ecosystem, purl]) => [ecosystem, latest.get(purl)?.security_scan_status]),
  );
};

const ALL_WAIT = Object.fromEntries(ECOSYSTEMS.map((ecosystem) => [ecosystem, 'AWAITING_SCAN']));
const observeAll = () => enrichment.observe(...Object.values(PURLS).map((purl) => observedOf(purl)));

describe('a package is clean when advisories of its own ecosystem were loaded', () => {
  test('and not by a file of foreign records, which says so', async () => {
    await observeAll();
    const foreign = Array.from({ length: 20 }, (_, i) => advisory(`DSA-${i}`, ['Debian:12', 'lodash']));
    expect(await load(...foreign)).toMatchObject({
      records: 20,
      foreign: 20,
      covers: [],
      ecosystems: { Debian: 20 },
      affectedPackages: 0,
    });
    await enrichment.reassess();
    expect(await statuses()).toEqual(ALL_WAIT);
  });

  test('one ecosystem after the other, each time all of its packages and no others', async () => {
    await observeAll();
    expect(await load(advisory('GHSA-1', ['npm', 'other']))).toMatchObject({ covers: ['npm'], affectedPackages: 1 });
    await enrichment.reassess();
    expect(await statuses()).toEqual({ ...ALL_WAIT, npm: 'NOT_VULNERABLE' });
    expect(await load(advisory('GHSA-2', ['npm', 'third']), advisory('PYSEC-1', ['PyPI', 'Django']))).toMatchObject({
      covers: ['PyPI', 'npm'],
      affectedPackages: 1,
    });
    await enrichment.reassess();
    expect(await statuses()).toEqual({ ...ALL_WAIT, npm: 'NOT_VULNERABLE', PyPI: 'VULNERABLE' });
  });

  test('and not by an advisory of another ecosystem that names it beside: that one is told, and of others nothing', async () => {
    await observeAll();
    await enrichment.observe(observedOf('pkg:golang/example.org/other@v1.0.0'));
    expect(
      await load(
        advisory('GHSA-1', ['Maven', 'org.example:demo']),
        advisory('GHSA-2', ['Maven', 'org.example:both'], ['Go', 'example.org/other']),
      ),
    ).toMatchObject({ covers: ['Maven'], ecosystems: { Go: 1, Maven: 2 } });
    await enrichment.reassess();
    expect(await statuses()).toEqual({ ...ALL_WAIT, Maven: 'VULNERABLE' });
    const other = (await enrichment.enriched(TOPICS.enrichedByFeed)).findLast(({ envelope }) =>
      envelope.package.purl.includes('other'),
    );
    expect(other?.facts?.v0.package.security_scan_status).toBe('VULNERABLE');
    expect(other?.facts?.v0.security_scan).toHaveLength(1);
  });

  test('in any order of generated files: NOT_VULNERABLE only after a file with a record about its ecosystem alone', async () => {
    const seed = givenSeed();
    const chance = chanceOf(seed);
    await observeAll();
    const covered = new Set<string>();
    for (let file = 0; file < 12; file += 1) {
      const records = Array.from({ length: 1 + chance.below(3) }, (_, i) => {
        const names = chance.someOf([...ECOSYSTEMS, 'Debian:12', 'RubyGems', 'npm:else'], 1.4);
        const named = names.length === 0 ? [chance.pick(['Debian:12', 'Alpine'])] : names;
        if (named.length === 1) covered.add(named[0] ?? '');
        return advisory(`X-${file}-${i}`, ...named.map((name) => [name, 'nobody-has-this'] as const));
      });
      const { covers = [] } = await load(...records);
      for (const one of covers) expect([...covered], `SEED=${seed}`).toContain(one);
      await enrichment.reassess();
      const expected = ECOSYSTEMS.map((one) => [one, covered.has(one) ? 'NOT_VULNERABLE' : 'AWAITING_SCAN']);
      expect(await statuses(), `SEED=${seed}`).toEqual(Object.fromEntries(expected));
    }
  });
});

describe('how fresh the advisories are', () => {
  const shown = async () => {
    const day = 24 * 60 * 60 * 1000;
    const { feeds } = await showFreshness(enrichment.pool, new Date(enrichment.clock.now), 2 * day);
    const { stale, ecosystems = [] } = feeds.find(({ feed }) => feed === 'osv') ?? {};
    return { stale, ecosystems: Object.fromEntries(ecosystems.map(({ ecosystem, ...more }) => [ecosystem, more])) };
  };
  const never = { asOf: null, loadedAt: null, stale: true };

  test('is told for each ecosystem, and one that is stale makes the feed stale', async () => {
    expect(await shown()).toMatchObject({ stale: true, ecosystems: { npm: never, PyPI: never } });
    expect(oldestLoad(await readEcosystemLoads(enrichment.pool))).toBeNull();
    await load(advisory('PYSEC-1', ['PyPI', 'a']));
    enrichment.clock.now = '2026-06-17T12:00:00.000Z';
    await load(advisory('GHSA-1', ['npm', 'a']));
    const loaded = { asOf: '2026-05-01T00:00:00.000Z', loadedAt: enrichment.clock.now, stale: false };
    expect(await shown()).toMatchObject({
      stale: true,
      ecosystems: { npm: loaded, PyPI: { loadedAt: '2026-06-14T12:00:00.000Z', stale: true }, Go: never },
    });
    expect(oldestLoad(await readEcosystemLoads(enrichment.pool)), 'what scrapes are told').toBe(
      '2026-06-14T12:00:00.000Z',
    );
    await load(advisory('PYSEC-1', ['PyPI', 'a']));
    expect(await shown()).toMatchObject({ stale: false, ecosystems: { PyPI: loaded, Go: never } });
  });

  test('is in the log, also of a source that says it is what it was; one whose coverage is not known is fetched again', async () => {
    await load(advisory('GHSA-1', ['npm', 'a']), advisory('DSA-1', ['Debian', 'a']));
    enrichment.clock.now = '2026-06-15T12:00:00.000Z';
    const { rows } = await enrichment.pool.query<{ source: string }>('SELECT source FROM intelligence.feed_load');
    const source = rows[0]?.source ?? '';
    await repeatLoad(enrichment.pool, 'osv', source, enrichment.clock.now);
    await appendFeedLoads(await openShardQueue(enrichment.store, FEED_SHARD, enrichment.work.logger), enrichment.pool);
    const events = await enrichment.store.read(FEED_SHARD, { position: 0, limit: 10 });
    const covered = { foreign: 1, ecosystems: { npm: { records: 1, asOf: '2026-05-01T00:00:00.000Z' } } };
    expect(events.map(({ data }) => data)).toMatchObject([covered, covered]);
    expect((await shown()).ecosystems['npm']).toMatchObject({ loadedAt: enrichment.clock.now });

    await enrichment.asOwner(`UPDATE intelligence.feed_load SET etag = 'x'`);
    expect(await latestEtag(enrichment.pool, 'osv', source)).toBe('x');
    await enrichment.asOwner('UPDATE intelligence.feed_load SET ecosystems = NULL');
    expect(await latestEtag(enrichment.pool, 'osv', source)).toBeNull();
  });

  test.runIf(sharedData !== null)(
    'the real files cover one ecosystem each (not asked where the shared data is absent)',
    async () => {
      const covers = async (file: string): Promise<readonly string[] | undefined> => {
        const loaded = await enrichment.load('osv', join(sharedData ?? '', 'osv', file));
        return 'refused' in loaded ? undefined : loaded.covers;
      };
      expect(await covers('maven-ghsa.jsonl.gz')).toEqual(['Maven']);
      expect(await covers('crates-rustsec.jsonl.gz')).toEqual(['crates.io']);
      expect(await covers('npm-ghsa-derived.jsonl.gz')).toEqual(['npm']);
      expect(await covers('go.jsonl.gz')).toEqual(['Go']);
    },
  );
});

test('what a version before loaded is told from the advisories that are kept', async () => {
  await load(
    advisory('GHSA-1', ['Maven', 'a:a']),
    advisory('GHSA-2', ['Maven', 'a:b'], ['Go', 'b']),
    advisory('GHSA-3', ['npm', 'a']),
  );
  await enrichment.asOwner('DELETE FROM intelligence.ecosystem_load');
  await new FillEcosystemLoads1796069460000().up({ query: (text: string) => enrichment.asOwner(text) } as never);
  const { rows } = await enrichment.pool.query('SELECT ecosystem FROM intelligence.ecosystem_load ORDER BY 1');
  expect(rows).toEqual([{ ecosystem: 'Maven' }, { ecosystem: 'npm' }]);
});
