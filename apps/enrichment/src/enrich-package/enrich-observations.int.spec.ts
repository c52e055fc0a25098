import { join } from 'node:path';
import { Readable } from 'node:stream';
import { TOPICS, type Facts } from '@weir/contracts';
import { Retryable } from '@weir/postgres';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  messageOf,
  observedOf,
  openTestEnrichment,
  type Enriched,
  type TestEnrichment,
} from '../../../../tools/testing/enrichment-for-tests.js';
import { sharedData } from '../../../../tools/testing/shared-data.js';
import { enrichObservations } from './enrich-observations.js';
import { observedHandler } from './observed-handler.js';

let enrichment: TestEnrichment;

beforeAll(async () => {
  enrichment = await openTestEnrichment();
});

afterAll(() => enrichment.close());

type Told = Parameters<typeof observedOf>[1];

/** Enriches observations as one batch; answers what was published for them. */
const observe = async (
  ...observations: readonly (readonly [purl: string, told?: Told])[]
): Promise<readonly Enriched[]> => {
  const before = (await enrichment.topics.ends(TOPICS.enriched))[0] ?? 0;
  await enrichObservations(
    enrichment.work,
    observations.map(([purl, told]) => messageOf(observedOf(purl, told))),
  );
  return (await enrichment.enriched(TOPICS.enriched)).slice(before);
};

const lastByFeed = async (purl: string): Promise<Enriched | undefined> =>
  (await enrichment.enriched(TOPICS.enrichedByFeed)).findLast(({ envelope }) => envelope.package.purl === purl);

const vulnerability = (facts: Facts | null | undefined, id: string) =>
  facts?.v1.vulnerabilities.find((one) => one.id === id);

const advisory = (id: string, name: string, told: Readonly<Record<string, unknown>> = {}) => ({
  id,
  modified: '2026-05-01T00:00:00Z',
  affected: [
    {
      package: { ecosystem: 'npm', name },
      ranges: [{ type: 'SEMVER', events: [{ introduced: '0' }, { fixed: '2.0.0' }] }],
    },
  ],
  ...told,
});

const loadAdvisories = (...records: readonly unknown[]) =>
  enrichment.load('osv', Readable.from([Buffer.from(records.map((record) => JSON.stringify(record)).join('\n'))]));

describe('an observation', () => {
  test('of a published package tells all that is known of it, under the next sequence number', async () => {
    await loadAdvisories(advisory('GHSA-demo-0001-aaaa', 'demo', { aliases: ['CVE-2099-1000'], summary: 'A flaw' }));
    const [first] = await observe([
      'pkg:npm/demo@1.0.0',
      { metadata: { license: 'MIT' }, at: '2026-06-14T10:00:00.500Z' },
    ]);
    expect(first?.envelope).toMatchObject({
      presence: 'present',
      sequence: 1,
      cause: { kind: 'observation' },
      repository: { name: 'npm-dev' },
    });
    expect(first?.facts?.v1).toMatchObject({ licence: { expression: 'MIT' }, observedAt: '2026-06-14T10:00:00.500Z' });
    expect(first?.facts?.v1, 'how new the feeds are comes with the clock').not.toHaveProperty('freshness');
    expect(vulnerability(first?.facts, 'CVE-2099-1000')).toMatchObject({
      title: 'A flaw',
      firstSeenAt: '2026-06-14T10:00:00.500Z',
      fixedIn: ['2.0.0'],
    });
    const [second] = await observe([
      'pkg:npm/demo@1.0.0',
      { metadata: { license: 'ISC' }, at: '2026-06-15T10:00:00.000Z' },
    ]);
    expect(second?.envelope.sequence).toBe(2);
    expect(second?.facts?.v1).toMatchObject({ licence: { expression: 'ISC' }, observedAt: '2026-06-14T10:00:00.500Z' });
    expect(vulnerability(second?.facts, 'CVE-2099-1000')?.firstSeenAt).toBe('2026-06-14T10:00:00.500Z');
  });

  test('of a package that somebody else observes first is a reason to try again: neither loses a sequence number', async () => {
    const rival = await enrichment.work.pool.connect();
    try {
      await rival.query('BEGIN');
      await rival.query(
        `INSERT INTO intelligence.inventory (package_key, workspace, ecosystem, package_name, repository, package, presence, first_seen_at, observed_at, sequence)
         VALUES ('default/npm-dev/pkg:npm/raced@1.0.0', 'default', 'npm', 'raced', '{"name":"npm-dev"}', '{"purl":"pkg:npm/raced@1.0.0","type":"npm","namespace":null,"name":"raced","version":"1.0.0"}', 'present', now(), now(), 7)`,
      );
      const late = expect(observe(['pkg:npm/raced@1.0.0'])).rejects.toBeInstanceOf(Retryable);
      await expect
        .poll(
          async () =>
            (
              await enrichment.work.pool.query(
                `SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()`,
              )
            ).rowCount,
        )
        .toBe(1);
      await rival.query('COMMIT');
      await late;
    } finally {
      rival.release();
    }
    const [again] = await observe(['pkg:npm/raced@1.0.0']);
    expect(again?.envelope.sequence).toBe(8);
  });

  test('travels with the key, the facts its digest names, and the trace of the one before', async () => {
    const [sent] = await observe(['pkg:npm/traced@1.0.0']);
    expect(sent?.message.key).toBe('default/npm-dev/pkg:npm/traced@1.0.0');
    const { createHash } = await import('node:crypto');
    expect(sent?.envelope.factsDigest).toBe(
      `sha256:${createHash('sha256')
        .update(sent?.message.value ?? '')
        .digest('hex')}`,
    );
    const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
    await enrichObservations(enrichment.work, [messageOf(observedOf('pkg:npm/traced@1.0.0'), 0, { traceparent })]);
    expect((await enrichment.enriched(TOPICS.enriched)).at(-1)?.message.headers['traceparent']).toBe(traceparent);
  });

  test('of a download keeps what was published and moves the time of the last download, never back', async () => {
    await observe(['pkg:npm/used@1.0.0', { metadata: { license: 'MIT', tags: ['stable'] } }]);
    const [first, second] = await observe(
      ['pkg:npm/used@1.0.0', { kind: 'downloaded', at: '2026-06-20T00:00:00.000Z' }],
      ['pkg:npm/used@1.0.0', { kind: 'downloaded', at: '2026-06-19T00:00:00.000Z' }],
    );
    expect(first?.facts?.v1).toMatchObject({
      lastDownloadedAt: '2026-06-20T00:00:00.000Z',
      licence: { expression: 'MIT' },
      package: { tags: ['stable'] },
    });
    expect([first, second].map((one) => one?.envelope.sequence)).toEqual([2, 3]);
    expect(second?.facts?.v1.lastDownloadedAt).toBe('2026-06-20T00:00:00.000Z');
  });

  test('is told when a vulnerability was first seen, also within one batch', async () => {
    await loadAdvisories(advisory('GHSA-twice-001-aaaa', 'twice'));
    const told = await observe(
      ['pkg:npm/twice@1.0.0', { at: '2026-06-01T00:00:00.000Z' }],
      ['pkg:npm/twice@1.0.0', { at: '2026-06-02T00:00:00.000Z' }],
    );
    const later = await observe(['pkg:npm/twice@1.0.0', { at: '2026-06-03T00:00:00.000Z' }]);
    expect([...told, ...later].map(({ facts }) => facts?.v1.vulnerabilities[0]?.firstSeenAt)).toEqual(
      Array(3).fill('2026-06-01T00:00:00.000Z'),
    );
  });

  test('of a package never seen is judged too, whatever it tells', async () => {
    const [downloaded, deleted] = await observe(
      ['pkg:npm/unseen@1.0.0', { kind: 'downloaded' }],
      ['pkg:npm/unseen@2.0.0', { kind: 'deleted' }],
    );
    expect(downloaded).toMatchObject({
      envelope: { presence: 'present', sequence: 1 },
      facts: { v1: { package: { name: 'unseen' } } },
    });
    expect(deleted).toMatchObject({ envelope: { presence: 'deleted', sequence: 1, factsDigest: null }, facts: null });
  });

  test('of a deletion ends its facts, and a feed no longer finds it; published again it is as before', async () => {
    const purl = 'pkg:npm/gone@1.0.0';
    await loadAdvisories(advisory('GHSA-gone-0001-aaaa', 'gone'));
    await observe([purl, { at: '2026-06-01T00:00:00.000Z' }]);
    const [deleted] = await observe([purl, { kind: 'deleted' }]);
    expect(deleted).toMatchObject({ envelope: { presence: 'deleted', factsDigest: null, sequence: 2 }, facts: null });
    expect(
      await loadAdvisories(advisory('GHSA-gone-0001-aaaa', 'gone', { modified: '2026-06-02T00:00:00Z' })),
    ).toMatchObject({ changed: 1, affectedPackages: 0 });
    const [back] = await observe([purl, { at: '2026-06-03T00:00:00.000Z' }]);
    expect(vulnerability(back?.facts, 'GHSA-gone-0001-aaaa')?.firstSeenAt).toBe('2026-06-01T00:00:00.000Z');
  });

  test('of a copy takes what it does not say from the same package elsewhere', async () => {
    await observe([
      'pkg:npm/copied@1.0.0',
      { repository: 'npm-dev', metadata: { license: 'MIT', summary: 'Original' } },
    ]);
    const [copy] = await observe([
      'pkg:npm/copied@1.0.0',
      { kind: 'copied', repository: 'npm-prod', metadata: { summary: 'Copy' } },
    ]);
    expect(copy).toMatchObject({
      envelope: { repository: { name: 'npm-prod' }, sequence: 1 },
      facts: { v0: { package: { summary: 'Copy' } }, v1: { licence: { expression: 'MIT' } } },
    });
  });

  test('whose facts are too large for a message leaves them in the evidence', async () => {
    const dependencies = Array.from({ length: 4000 }, (_, i) => ({
      name: `dependency-with-a-long-name-${i}`,
      requirement: '^1.0.0',
    }));
    const [large] = await observe(['pkg:npm/large@1.0.0', { metadata: { dependencies } }]);
    expect(large?.message.value).toHaveLength(0);
    const evidence = await enrichment.store.evidence(large?.envelope.factsDigest ?? '');
    expect((JSON.parse(Buffer.from(evidence?.bytes ?? []).toString()) as Facts).v1.dependencies).toHaveLength(4000);
  });

  test('of an ecosystem without advisories has facts without vulnerabilities', async () => {
    const [image] = await observe(['pkg:docker/library/nginx@1.27']);
    expect(image?.facts?.v0.package.security_scan_status).toBe('UNSUPPORTED_FORMAT');
  });

  test('that is not one is a permanent fault: the handler passes over it and goes on', async () => {
    const handler = observedHandler(enrichment.work, 0);
    const poison = { ...messageOf(observedOf('pkg:npm/x@1')), offset: 7, value: Buffer.from('{"workspace":1}') };
    const fault: unknown = await handler
      .handle({ topic: TOPICS.observed, partition: 0, messages: [poison] })
      .catch((caught: unknown) => caught);
    expect(fault).toBeInstanceOf(Error);
    expect(fault).not.toBeInstanceOf(Retryable);
    await handler.passOver(poison, fault, 'dead');
    expect(await handler.position(TOPICS.observed)).toMatchObject({ next: 8 });
  });
});

describe('an advisory that changes', () => {
  test('is published for the packages it names, and no others; when it is withdrawn they are free', async () => {
    await observe(['pkg:npm/hit@1.0.0'], ['pkg:npm/hit@2.0.0'], ['pkg:npm/other@1.0.0']);
    enrichment.clock.now = '2026-06-16T12:00:00.000Z';
    expect(await loadAdvisories(advisory('GHSA-hits-0001-aaaa', 'hit'))).toMatchObject({
      added: 1,
      affectedPackages: 2,
    });
    expect(await enrichment.reassess(), 'hit 2.0.0 is fixed, so nothing else is known of it').toBe(1);
    const found = await lastByFeed('pkg:npm/hit@1.0.0');
    expect(found?.envelope).toMatchObject({
      sequence: 2,
      cause: { kind: 'feed', feed: 'osv', because: ['GHSA-hits-0001-aaaa'], changed: [] },
    });
    expect(vulnerability(found?.facts, 'GHSA-hits-0001-aaaa')?.firstSeenAt).toBe('2026-06-16T12:00:00.000Z');
    expect(await enrichment.reassess()).toBe(0);
    const withdrawn = advisory('GHSA-hits-0001-aaaa', 'hit', {
      modified: '2026-06-17T00:00:00Z',
      withdrawn: '2026-06-17T00:00:00Z',
    });
    expect(await loadAdvisories(withdrawn)).toMatchObject({ changed: 1, affectedPackages: 2 });
    expect(await enrichment.reassess()).toBe(1);
    expect((await lastByFeed('pkg:npm/hit@1.0.0'))?.facts?.v1.vulnerabilities).toEqual([]);
  });

  test('that no longer names a package frees it', async () => {
    await loadAdvisories(advisory('GHSA-move-0001-aaaa', 'moved-from'));
    await observe(['pkg:npm/moved-from@1.0.0'], ['pkg:npm/moved-to@1.0.0']);
    enrichment.clock.now = '2026-06-18T12:00:00.000Z';
    expect(
      await loadAdvisories(advisory('GHSA-move-0001-aaaa', 'moved-to', { modified: '2026-06-18T00:00:00Z' })),
    ).toMatchObject({ affectedPackages: 2 });
    expect(await enrichment.reassess()).toBe(2);
    expect((await lastByFeed('pkg:npm/moved-from@1.0.0'))?.facts?.v1.vulnerabilities).toEqual([]);
    expect((await lastByFeed('pkg:npm/moved-to@1.0.0'))?.facts?.v1.vulnerabilities).toHaveLength(1);
  });
});

describe.runIf(sharedData !== null)(
  'the story of lodash, spotipy and log4j (not run where the shared data is absent)',
  () => {
    const shared = (name: string): string => join(sharedData ?? '', name);
    const lodash = 'pkg:npm/lodash@4.17.20';
    const spotipy = 'pkg:pypi/spotipy@2.25.0';
    const log4j = 'pkg:maven/org.apache.logging.log4j/log4j-core@2.14.1';

    test('has the first day’s scores before, the second day’s after, and leaves everything else alone', async () => {
      enrichment.clock.now = '2026-07-25T12:00:00.000Z';
      for (const file of [
        'osv/npm-ghsa-derived.jsonl.gz',
        'osv/pypi-pysec.jsonl.gz',
        'osv/maven-ghsa.jsonl.gz',
        'osv/wellknown-ghsa.jsonl',
      ])
        await enrichment.load('osv', shared(file));
      await enrichment.load('kev', shared('kev/known_exploited_vulnerabilities-2026-07-24.json.gz'));
      await enrichment.load('epss', shared('epss/epss_scores-2026-06-14.csv.gz'));
      await enrichment.reassess();
      const [first, second, third, clean] = await observe([lodash], [spotipy], [log4j], ['pkg:npm/left-pad@1.3.0']);
      expect(vulnerability(first?.facts, 'CVE-2021-23337')?.epss).toEqual({
        score: 0.02399,
        percentile: 0.85454,
        date: '2026-06-14',
      });
      expect(second?.facts?.v1.vulnerabilities.filter(({ cve }) => cve === 'CVE-2025-27154')).toMatchObject([
        { epss: { score: 0.00236 } },
      ]);
      expect(vulnerability(third?.facts, 'CVE-2021-44228')).toMatchObject({
        epss: { score: 0.94358 },
        kev: { dateAdded: '2021-12-10', ransomware: true },
      });
      expect(clean?.facts?.v1.vulnerabilities).toEqual([]);

      enrichment.clock.now = '2026-08-02T12:00:00.000Z';
      expect(await enrichment.load('epss', shared('epss/epss_scores-2026-08-02.csv.gz'))).toMatchObject({
        changed: 340_888,
        affectedPackages: 3,
      });
      expect(await enrichment.reassess()).toBe(3);
      const after = await lastByFeed(lodash);
      expect(after?.envelope).toMatchObject({
        sequence: 2,
        cause: { kind: 'feed', feed: 'epss', revision: '2026-08-02', changed: [] },
      });
      expect(after?.envelope.cause.kind === 'feed' ? after.envelope.cause.because : []).toContain('CVE-2021-23337');
      expect(vulnerability(after?.facts, 'CVE-2021-23337')).toMatchObject({
        epss: { score: 0.21333 },
        firstSeenAt: vulnerability(first?.facts, 'CVE-2021-23337')?.firstSeenAt,
      });
      expect(
        after?.facts?.v0.vulnerabilities.find(({ identifier }) => identifier === 'CVE-2021-23337')?.epss?.score,
      ).toBe(0.21333);
      expect(vulnerability((await lastByFeed(spotipy))?.facts, 'CVE-2025-27154')?.epss?.score).toBe(0.00592);
      expect(
        await enrichment.load('epss', shared('epss/epss_scores-2026-08-02.csv.gz')),
        'the same day again',
      ).toMatchObject({ changed: 0, affectedPackages: 0 });
    }, 180_000);
  },
);
