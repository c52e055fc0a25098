import { join } from 'node:path';
import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { openTestEnrichment, type TestEnrichment } from '../../../../tools/testing/enrichment-for-tests.js';
import { readShared, sharedData } from '../../../../tools/testing/shared-data.js';
import type { LoadedFeed, FeedRefused } from '../feeds/feed.js';

let enrichment: TestEnrichment;

beforeAll(async () => {
  enrichment = await openTestEnrichment();
});

afterAll(() => enrichment.close());

const entry = (cveID: string, told: Readonly<Record<string, unknown>> = {}): Record<string, unknown> => ({
  cveID,
  vulnerabilityName: 'Demo',
  dateAdded: '2026-01-02',
  dueDate: '2026-01-23',
  knownRansomwareCampaignUse: 'Unknown',
  ...told,
});

const catalogue = (day: string, vulnerabilities: readonly unknown[], count = vulnerabilities.length): string =>
  JSON.stringify({
    title: 'CISA',
    catalogVersion: day.replaceAll('-', '.'),
    dateReleased: `${day}T10:00:00.0000Z`,
    count,
    vulnerabilities,
  });

const load = (content: string | Buffer): Promise<LoadedFeed | FeedRefused> =>
  enrichment.load('kev', Readable.from([Buffer.from(content)]));

const stored = async (): Promise<readonly unknown[]> => {
  const { rows } = await enrichment.pool.query<Record<string, unknown>>(
    'SELECT cve, due_date::text AS due, ransomware FROM intelligence.kev ORDER BY cve',
  );
  return rows;
};

describe('a catalogue of known exploited vulnerabilities', () => {
  beforeEach(async () => {
    await enrichment.pool.query('DELETE FROM intelligence.kev');
    await enrichment.pool.query('DELETE FROM intelligence.feed_load');
    await load(catalogue('2026-01-05', [entry('CVE-2026-0001'), entry('CVE-2026-0002')]));
  });

  test('adds, changes and removes entries', async () => {
    const next = catalogue('2026-01-06', [
      entry('CVE-2026-0002', { knownRansomwareCampaignUse: 'Known', dueDate: '' }),
      entry('CVE-2026-0003'),
    ]);
    expect(await load(gzipSync(next))).toMatchObject({
      revision: '2026.01.06',
      records: 2,
      added: 1,
      changed: 1,
      removed: 1,
      unchanged: 0,
    });
    expect(await stored()).toEqual([
      { cve: 'CVE-2026-0002', due: null, ransomware: true },
      { cve: 'CVE-2026-0003', due: '2026-01-23', ransomware: false },
    ]);
    expect(await load(next)).toMatchObject({ added: 0, changed: 0, removed: 0, unchanged: 2 });
  });

  test('with an entry that cannot be read is loaded without it, and removes nothing', async () => {
    const next = catalogue('2026-01-06', [
      entry('CVE-2026-0001', { dateAdded: '2026-02-31x' }),
      entry('CVE-2026-0004'),
      null,
    ]);
    expect(await load(next)).toMatchObject({
      added: 1,
      removed: 0,
      skipped: [{ entry: 'vulnerabilities/0', id: 'CVE-2026-0001' }, { entry: 'vulnerabilities/2' }],
    });
    expect(await stored()).toHaveLength(3);
  });

  test.each([
    ['is empty', ''],
    ['is cut off', catalogue('2026-01-06', [entry('CVE-2026-0001')]).slice(0, -5)],
    ['counts other than it holds', catalogue('2026-01-06', [entry('CVE-2026-0001')], 2)],
    ['holds nothing', catalogue('2026-01-06', [])],
    ['is another document', '{"id":"GHSA-1","modified":"2026-01-01T00:00:00Z"}'],
    ['is no object', '[]'],
    ['holds nothing that can be used', catalogue('2026-01-06', [{}])],
    ['is older', catalogue('2025-12-31', [entry('CVE-2026-0009')])],
  ])('that %s is refused and leaves what was there', async (_, content) => {
    const before = await stored();
    expect(await load(content)).toHaveProperty('refused');
    expect(await stored()).toEqual(before);
  });
});

describe.runIf(sharedData !== null)('real catalogues (not run where the shared data is absent)', () => {
  test('follow one another by their difference', async () => {
    await enrichment.pool.query('DELETE FROM intelligence.kev');
    await enrichment.pool.query('DELETE FROM intelligence.feed_load');
    const files = ['2024-12-16.json.gz', '2025-08-25.cisagov.json.gz', '2026-07-24.json.gz', '2026-08-04.json.gz'].map(
      (name) => `kev/known_exploited_vulnerabilities-${name}`,
    );
    let before = new Set<string>();
    for (const file of files) {
      const { vulnerabilities } = JSON.parse(readShared(file)) as { vulnerabilities: { cveID: string }[] };
      const now = new Set(vulnerabilities.map(({ cveID }) => cveID));
      expect(await enrichment.load('kev', join(sharedData ?? '', file))).toMatchObject({
        records: now.size,
        skippedRecords: 0,
        added: [...now].filter((cve) => !before.has(cve)).length,
        removed: [...before].filter((cve) => !now.has(cve)).length,
      });
      before = now;
    }
    expect(await stored()).toHaveLength(1660);
  });
});
