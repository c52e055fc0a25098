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
  enrichment.clock.now = '2026-11-22T12:00:00.000Z';
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

const forgetAll = async (): Promise<void> => {
  for (const table of ['kev', 'feed_load', 'feed_held_back', 'feed_awaited'])
    await enrichment.pool.query(`DELETE FROM intelligence.${table}`);
};

const stored = async (): Promise<readonly unknown[]> => {
  const { rows } = await enrichment.pool.query<Record<string, unknown>>(
    'SELECT cve, due_date::text AS due, ransomware FROM intelligence.kev ORDER BY cve',
  );
  return rows;
};

describe('a catalogue of known exploited vulnerabilities', () => {
  beforeEach(async () => {
    await forgetAll();
    await load(catalogue('2026-01-05', [entry('CVE-2026-0001'), entry('CVE-2026-0002')]));
  });

  const next = (day: string) =>
    catalogue(day, [
      entry('CVE-2026-0002', { knownRansomwareCampaignUse: 'Known', dueDate: '' }),
      entry('CVE-2026-0003'),
    ]);

  test('adds and changes entries, and removes one that two days leave out', async () => {
    expect(await load(gzipSync(next('2026-01-06')))).toMatchObject({
      revision: '2026.01.06',
      records: 2,
      added: 1,
      changed: 1,
      removed: 0,
      awaited: 1,
      heldBack: null,
      unchanged: 0,
    });
    expect(await load(next('2026-01-06')), 'the same day is no second day').toMatchObject({
      added: 0,
      changed: 0,
      removed: 0,
      awaited: 1,
      unchanged: 2,
    });
    expect(await load(next('2026-01-07'))).toMatchObject({ removed: 1, awaited: 0, unchanged: 2 });
    expect(await stored()).toEqual([
      { cve: 'CVE-2026-0002', due: null, ransomware: true },
      { cve: 'CVE-2026-0003', due: '2026-01-23', ransomware: false },
    ]);
  });

  test('that lists an entry again on the second day removes nothing, and counts the days anew', async () => {
    await load(next('2026-01-06'));
    await load(catalogue('2026-01-07', [entry('CVE-2026-0001'), entry('CVE-2026-0002'), entry('CVE-2026-0003')]));
    expect(await load(next('2026-01-08'))).toMatchObject({ removed: 0, awaited: 1 });
    expect(await stored()).toHaveLength(3);
  });

  test('takes an entry away at once when a person says so, who names the file', async () => {
    const { content } = (await load(next('2026-01-06'))) as LoadedFeed;
    expect(await enrichment.accept('kev', `sha256:${'0'.repeat(64)}`)).toMatchObject({
      refused: { detail: expect.stringContaining(String(content)) as string },
    });
    expect(await enrichment.accept('kev', content ?? '')).toMatchObject({ removed: 1, changed: 0 });
    expect(await stored()).toHaveLength(2);
    expect(await enrichment.accept('kev', content ?? '')).toMatchObject({
      refused: { detail: expect.stringContaining('in force already') as string },
    });
  });

  test('with an entry that names no CVE removes nothing, on no day', async () => {
    for (const day of ['2026-01-06', '2026-01-07', '2026-01-08'])
      expect(await load(catalogue(day, [entry('CVE-2026-0004'), null]))).toMatchObject({
        removed: 0,
        awaited: 0,
        skipped: [{ entry: 'vulnerabilities/1' }],
      });
    expect(await stored()).toHaveLength(3);
  });

  describe('with a member of an entry that cannot be read', () => {
    const strict = { dateAdded: '2026-01-02', dueDate: '2026-01-23', knownRansomwareCampaignUse: 'Known' };
    const row = async (cve: string): Promise<unknown> =>
      (
        await enrichment.pool.query<object>(
          'SELECT date_added::text AS added, due_date::text AS due, ransomware, name FROM intelligence.kev WHERE cve = $1',
          [cve],
        )
      ).rows[0];

    test.each([
      ...['2026-02-30', '2025-02-29', '2026-13-01', '2026-00-10', '0000-01-01', '2026-02-31x', '24:00', null, 7].map(
        (dateAdded) => ['dateAdded', { dateAdded }] as const,
      ),
      ...['2026-02-30', '9999-99-99', 'soon', 7, {}].map((dueDate) => ['dueDate', { dueDate }] as const),
      ...['Perhaps', '', null, 1].map(
        (use) => ['knownRansomwareCampaignUse', { knownRansomwareCampaignUse: use }] as const,
      ),
      ...[null, 7].map((name) => ['vulnerabilityName', { vulnerabilityName: name }] as const),
    ])('%s as in %j: what was known of it stays, and the entry is listed', async (member, told) => {
      await load(catalogue('2026-01-05', [entry('CVE-2026-0001', strict), entry('CVE-2026-0002')]));
      const before = await row('CVE-2026-0001');
      const file = catalogue('2026-01-06', [
        entry('CVE-2026-0001', { ...strict, ...told }),
        entry('CVE-2026-0002'),
        entry('CVE-2026-0009', told),
      ]);
      expect(await load(file)).toMatchObject({
        added: 1,
        changed: 0,
        skippedRecords: 0,
        skipped: [
          { entry: 'vulnerabilities/0', id: 'CVE-2026-0001', reason: expect.stringContaining(member) as string },
          { entry: 'vulnerabilities/2', id: 'CVE-2026-0009' },
        ],
      });
      expect(await row('CVE-2026-0001')).toEqual(before);
      expect(await row('CVE-2026-0009')).toMatchObject({
        added: member === 'dateAdded' ? '2026-01-06' : '2026-01-02',
        name: member === 'vulnerabilityName' ? 'CVE-2026-0009' : 'Demo',
      });
    });
  });

  test('that names a CVE twice counts what is stricter, in either order', async () => {
    const [mild, strict] = [
      entry('CVE-2026-0001'),
      entry('CVE-2026-0001', { knownRansomwareCampaignUse: 'Known', dueDate: '2026-01-10' }),
    ];
    for (const twice of [
      [mild, strict],
      [strict, mild],
    ]) {
      expect(await load(catalogue('2026-01-06', [...twice, entry('CVE-2026-0002')]))).toMatchObject({
        skipped: [{ entry: 'vulnerabilities/1', id: 'CVE-2026-0001' }],
      });
      expect((await stored())[0]).toEqual({ cve: 'CVE-2026-0001', due: '2026-01-10', ransomware: true });
    }
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
    ['is of a day that has not come', catalogue('2099-01-01', [entry('CVE-2026-0009')])],
    ['is of a day that no calendar has', catalogue('2026-02-30', [entry('CVE-2026-0009')])],
  ])('that %s is refused and leaves what was there', async (_, content) => {
    const before = await stored();
    expect(await load(content)).toHaveProperty('refused');
    expect(await stored()).toEqual(before);
  });
});

describe.runIf(sharedData !== null)('real catalogues (not run where the shared data is absent)', () => {
  test('follow one another by their difference', async () => {
    await forgetAll();
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

  test('with 10 of 1,660 entries a day later is held back until a later file, or a person, says the same', async () => {
    const real = JSON.parse(readShared('kev/known_exploited_vulnerabilities-2026-08-04.json.gz')) as {
      vulnerabilities: unknown[];
    };
    const cut = (day: string) =>
      JSON.stringify({
        ...real,
        dateReleased: `${day}T16:45:52.0783Z`,
        count: 10,
        vulnerabilities: real.vulnerabilities.slice(0, 10),
      });
    expect(await load(cut('2026-08-05'))).toMatchObject({
      removed: 0,
      awaited: 1650,
      heldBack: { absent: 1650, reason: expect.stringContaining('leaves out 1650 of 1660') as string },
    });
    expect(await stored()).toHaveLength(1660);
    expect(await load(JSON.stringify({ ...real, dateReleased: '2026-08-05T18:00:00.000Z' }))).toMatchObject({
      awaited: 0,
      heldBack: null,
    });
    await load(cut('2026-08-06'));
    expect(await load(cut('2026-08-07'))).toMatchObject({ removed: 1650, awaited: 0, heldBack: null });
  });
});
