import { join } from 'node:path';
import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { cpuMillis } from '../../../../tools/testing/cpu-time.js';
import {
  messageOf,
  observedOf,
  openTestEnrichment,
  type TestEnrichment,
} from '../../../../tools/testing/enrichment-for-tests.js';
import { readShared, sharedData } from '../../../../tools/testing/shared-data.js';
import { enrichObservations } from '../enrich-package/enrich-observations.js';

let enrichment: TestEnrichment;

beforeAll(async () => {
  enrichment = await openTestEnrichment();
  enrichment.clock.now = '2026-11-22T12:00:00.000Z';
});

afterAll(() => enrichment.close());

const fileOf = (day: string): string => join(sharedData ?? '', `epss/epss_scores-${day}.csv.gz`);

const scoreOf = async (cve: string): Promise<unknown> => {
  const { rows } = await enrichment.pool.query<Record<string, unknown>>(
    'SELECT score, percentile, date::text FROM intelligence.epss_score WHERE cve = $1',
    [cve],
  );
  return rows[0];
};

describe.runIf(sharedData !== null)('real days of EPSS (not run where the shared data is absent)', () => {
  test('the first day adds every score', async () => {
    expect(await enrichment.load('epss', fileOf('2026-06-14'))).toMatchObject({
      feed: 'epss',
      revision: '2026-06-14',
      records: 341_309,
      added: 341_309,
      changed: 0,
      removed: 0,
      skippedRecords: 0,
    });
  }, 120_000);

  test('the same file again changes nothing', async () => {
    expect(await enrichment.load('epss', fileOf('2026-06-14'))).toMatchObject({
      records: 341_309,
      added: 0,
      changed: 0,
      removed: 0,
      unchanged: 341_309,
    });
  }, 120_000);

  test('a new model moves 340,777 scores and 111 percentiles, and the old ones become history', async () => {
    const started = cpuMillis();
    const loaded = await enrichment.load('epss', fileOf('2026-08-02'));
    expect(cpuMillis() - started).toBeLessThan(20_000);
    expect(loaded).toMatchObject({
      revision: '2026-08-02',
      records: 354_592,
      added: 13_704,
      changed: 340_888,
      removed: 0,
      awaited: 421,
      heldBack: null,
    });
    expect(await scoreOf('CVE-2021-23337')).toEqual({ score: 0.21333, percentile: 0.97351, date: '2026-08-02' });
    const { rows } = await enrichment.pool.query(
      `SELECT date::text, score FROM intelligence.epss_history WHERE cve = 'CVE-2025-27154'`,
    );
    expect(rows).toEqual([{ date: '2026-06-14', score: 0.00236 }]);
  }, 120_000);

  test('a normal week moves 25,399 scores, and 41 of the 421 that were left out before are back; percentiles that shift a little alone are left as they were', async () => {
    expect(await enrichment.load('epss', fileOf('2026-08-09'))).toMatchObject({
      records: 356_353,
      added: 1_824,
      changed: 25_440,
      removed: 380,
      awaited: 104,
      heldBack: null,
    });
    expect(await scoreOf('CVE-2021-23337')).toEqual({ score: 0.21333, percentile: 0.97351, date: '2026-08-02' });
  }, 120_000);

  const DAY = '2026-08-09';
  const real = (): readonly string[] => readShared(`epss/epss_scores-${DAY}.csv.gz`).split('\n').filter(Boolean);
  const asOf = (day: string, rows: readonly string[]) =>
    enrichment.load(
      'epss',
      Readable.from([
        gzipSync(`#model_version:v1,score_date:${day}T00:00:00+0000\ncve,epss,percentile\n${rows.join('\n')}\n`),
      ]),
    );

  test('4.1 % that are gone are held back on the first day and believed on the second', async () => {
    const shrunk = real()
      .slice(2)
      .filter((_, index) => index % 24 !== 0);
    const missing = real().length - 2 - shrunk.length;
    expect(await asOf('2026-08-10', shrunk)).toMatchObject({
      removed: 104,
      heldBack: { absent: missing, lowered: 0, reason: expect.stringContaining(' known entries') as string },
    });
    expect(await asOf('2026-08-11', shrunk)).toMatchObject({ removed: missing, awaited: 0, heldBack: null });
  }, 240_000);

  test('a file in which every score is 0 lowers none, and what is true the day after is in force', async () => {
    const zero = real()
      .slice(2)
      .map((row) => row.replace(/,.*/, ',0.00000,0.00000'));
    expect(await asOf('2026-08-12', zero)).toMatchObject({
      changed: 0,
      heldBack: { lowered: expect.any(Number) as number, reason: expect.stringContaining('100.0 %') as string },
    });
    expect(await scoreOf('CVE-2021-23337')).toMatchObject({ score: 0.21333 });
    // Those that are raised are the ones that were gone by the test before, and came again at 0: what is not known cannot be lowered.
    const gone = real()
      .slice(2)
      .filter((_, index) => index % 24 === 0).length;
    expect(gone).toBe(14_849);
    expect(await asOf('2026-08-13', real().slice(2))).toMatchObject({ changed: gone, awaited: 0, heldBack: null });
  }, 240_000);

  test('a row that is no score keeps what was known of its CVE', async () => {
    const rows = real()
      .slice(2)
      .map((row) => (row.startsWith('CVE-2021-23337,') ? 'CVE-2021-23337,NaN,0.95' : row));
    for (const day of ['2026-08-14', '2026-08-15'])
      expect(await asOf(day, rows)).toMatchObject({
        removed: 0,
        awaited: 0,
        skipped: [{ id: 'CVE-2021-23337' }],
        heldBack: null,
      });
    expect(await scoreOf('CVE-2021-23337')).toMatchObject({ score: 0.21333 });
  }, 240_000);

  test('an older day is refused and changes nothing', async () => {
    expect(await enrichment.load('epss', fileOf('2026-06-14'))).toEqual({
      refused: { kind: 'outdated', line: null, detail: expect.stringContaining('2026-08-15') as string },
    });
    expect(await scoreOf('CVE-2021-23337')).toMatchObject({ score: 0.21333 });
  });

  test('unless a person puts it in the place of what is known; then the days after it count again', async () => {
    expect(await enrichment.replace('epss', fileOf('2026-06-14'))).toMatchObject({ awaited: 0, heldBack: null });
    const { rows } = await enrichment.pool.query('SELECT FROM intelligence.epss_score');
    expect(rows).toHaveLength(341_309);
    expect(await enrichment.load('epss', fileOf('2026-08-02'))).toMatchObject({ added: 13_704, awaited: 421 });
  }, 240_000);
});

describe('a CVE', () => {
  const purl = 'pkg:npm/scored@1.0.0';
  const cve = 'CVE-2097-1000';
  const load = (day: string, score: number, percentile: number) =>
    enrichment.load(
      'epss',
      Readable.from([
        Buffer.from(
          `#model_version:v1,score_date:${day}T00:00:00+0000\ncve,epss,percentile\n${cve},${score},${percentile}\n`,
        ),
      ]),
    );
  const history = async (): Promise<readonly unknown[]> =>
    (
      await enrichment.pool.query<object>(
        'SELECT date::text, score, percentile FROM intelligence.epss_history WHERE cve = $1 ORDER BY date',
        [cve],
      )
    ).rows;
  const advisory = (told: object = {}) =>
    enrichment.load(
      'osv',
      Readable.from([
        Buffer.from(
          JSON.stringify({
            id: 'GHSA-scor-0001-aaaa',
            modified: '2026-05-01T00:00:00Z',
            aliases: [cve],
            affected: [{ package: { ecosystem: 'npm', name: 'scored' }, versions: ['1.0.0'] }],
            ...told,
          }),
        ),
      ]),
    );

  beforeAll(async () => {
    await advisory();
    await load('2026-10-01', 0.5, 0.96351);
    await enrichObservations(enrichment.work, [messageOf(observedOf(purl))]);
    await enrichment.reassess();
  });

  test.each<[string, string, number, number, boolean]>([
    ['of which nothing moved is left', '2026-10-02', 0.5, 0.96351, false],
    ['whose percentile moved by less than 0.01 is left', '2026-10-03', 0.5, 0.9735, false],
    ['whose percentile moved by 0.01 since it was stored is written and queued', '2026-10-04', 0.5, 0.97351, true],
    ['whose percentile moved down by 0.01 as well', '2026-10-05', 0.5, 0.96351, true],
    ['whose score moved as well', '2026-10-06', 0.50001, 0.96351, true],
  ])('%s', async (_what, day, score, percentile, isMoved) => {
    const before = await scoreOf(cve);
    expect(await load(day, score, percentile)).toMatchObject({
      changed: Number(isMoved),
      affectedPackages: Number(isMoved),
    });
    expect(await scoreOf(cve)).toEqual(isMoved ? { score, percentile, date: day } : before);
    expect(await enrichment.reassess()).toBe(Number(isMoved));
  });

  test('that a file corrects on its own day leaves no history of that day, however often', async () => {
    const before = await history();
    await load('2026-10-07', 0.6, 0.97);
    const after = await history();
    expect(after).toHaveLength(before.length + 1);
    await load('2026-10-07', 0.7, 0.98);
    await load('2026-10-07', 0.8, 0.99);
    expect(await history()).toEqual(after);
    expect(await scoreOf(cve)).toEqual({ score: 0.8, percentile: 0.99, date: '2026-10-07' });
    await enrichment.reassess();
  });

  test('of a vulnerability that ended concerns the package no more', async () => {
    await advisory({ modified: '2026-05-02T00:00:00Z', withdrawn: '2026-05-02T00:00:00Z' });
    expect(await enrichment.reassess()).toBe(1);
    expect(await load('2026-10-08', 0.1, 0.2)).toMatchObject({ changed: 1, affectedPackages: 0 });
  });
});

describe('an EPSS file', () => {
  const HEADER = '#model_version:v2026.11.01,score_date:2026-11-20T00:00:00+0000\ncve,epss,percentile\n';

  const scores = async (): Promise<number> =>
    (await enrichment.pool.query('SELECT FROM intelligence.epss_score')).rowCount ?? 0;

  test('that is a part of the CVEs takes no other score away, and it is said', async () => {
    const rows = Array.from({ length: 300 }, (_, i) => `CVE-2096-${10_000 + i},0.1,0.2\n`).join('');
    await enrichment.replace('epss', Readable.from([Buffer.from(HEADER.replace('11-20', '11-19') + rows)]));
    expect(
      await enrichment.load('epss', Readable.from([Buffer.from(`${HEADER}CVE-2099-0001,0.5,0.9\n`)])),
    ).toMatchObject({ added: 1, removed: 0, awaited: 300, heldBack: { absent: 300 } });
    expect(await scores()).toBe(301);
  });

  test.each([
    ['NaN', '0.95'],
    ['Infinity', '0.95'],
    ['', '0.95'],
    ['-0.1', '0.95'],
    ['1.00001', '0.95'],
    ['95%', '0.95'],
    ['0,5', '0.95'],
    ['0.5', 'NaN'],
    ['0.5', ''],
    ['0.5', '2'],
    ['0x1', '0.5'],
    ['1e999', '0.5'],
  ])('whose row says %s and %s keeps what was known of its CVE', async (score, percentile) => {
    await enrichment.replace('epss', Readable.from([Buffer.from(`${HEADER}CVE-2096-0001,0.97,0.99\n`)]));
    const file = `${HEADER}CVE-2096-0001,${score},${percentile}\nCVE-2096-0002,0.1,0.1\n`;
    expect(await enrichment.load('epss', Readable.from([Buffer.from(file)]))).toMatchObject({
      removed: 0,
      awaited: 0,
      skipped: [{ line: 3, id: 'CVE-2096-0001' }],
    });
    expect(await scoreOf('CVE-2096-0001')).toMatchObject({ score: 0.97 });
  });

  test.each([
    ['1e-400', 0],
    ['9e-05', 0.000_09],
    ['.5', 0.5],
    ['1', 1],
    ['1.0E0', 1],
    [' 0.25 ', 0.25],
    ['"0.125"', 0.125],
  ])('may write a number as %s', async (score, stored) => {
    await enrichment.replace('epss', Readable.from([Buffer.from(`${HEADER}CVE-2096-0003,${score},0.5\n`)]));
    expect(await scoreOf('CVE-2096-0003')).toMatchObject({ score: stored });
  });

  test('with a row that names no CVE takes nothing away, on no day', async () => {
    const known = Array.from({ length: 5 }, (_, i) => `CVE-2096-000${i},0.1,0.2\n`).join('');
    await enrichment.replace('epss', Readable.from([Buffer.from(HEADER + known)]));
    for (const day of ['11-20', '11-21', '11-22'])
      expect(
        await enrichment.load(
          'epss',
          Readable.from([Buffer.from(`${HEADER.replace('11-20', day)}CVE-2096-0000,0.1,0.2\n#,0.1,0.2\n`)]),
        ),
      ).toMatchObject({ removed: 0, awaited: 0, skipped: [{ line: 4 }] });
    expect(await scores()).toBe(5);
    expect(
      await enrichment.replace('epss', Readable.from([Buffer.from(`${HEADER}#,0.1,0.2\nCVE-2096-0000,0.1,0.2\n`)])),
    ).toMatchObject({ refused: { line: 3, detail: expect.stringContaining('names no CVE') as string } });
    await enrichment.replace('epss', Readable.from([Buffer.from(`${HEADER}CVE-2096-0000,0.1,0.2\n`)]));
    expect(await scores()).toBe(1);
  });

  test('that repeats a CVE counts its highest score, wherever it stands', async () => {
    for (const rows of ['0.9,0.99|0.1,0.2', '0.1,0.2|0.9,0.99', '0.9,0.99|0.9,0.99|0.1,0.2']) {
      const text =
        HEADER +
        rows
          .split('|')
          .map((row) => `CVE-2096-0004,${row}\n`)
          .join('');
      await enrichment.replace('epss', Readable.from([Buffer.from(text)]));
      expect(await scoreOf('CVE-2096-0004'), rows).toMatchObject({ score: 0.9, percentile: 0.99 });
    }
  });

  test('with wrong lines is loaded without them, and each is named', async () => {
    const text = `${HEADER}CVE-2099-0002,0.1,0.2\nnot a score\nCVE-2099-0003,1.5,0.2\r\nCVE-2099-0002,0.3,0.3\nCVE-2099-0004,9e-05,0.2\r\n`;
    expect(await enrichment.load('epss', Readable.from([gzipSync(text)]))).toMatchObject({
      records: 5,
      added: 2,
      skipped: [{ line: 4 }, { line: 5, id: 'CVE-2099-0003' }, { line: 6, id: 'CVE-2099-0002' }],
    });
    expect(await scoreOf('CVE-2099-0004')).toMatchObject({ score: 0.00009 });
  });

  test('that arrives in one piece is read like any other', async () => {
    const rows = Array.from({ length: 200_000 }, (_, i) => `CVE-2098-${10_000 + i},0.1,0.2\n`).join('');
    expect(await enrichment.load('epss', Readable.from([Buffer.from(HEADER + rows)]))).toMatchObject({
      records: 200_000,
      added: 200_000,
    });
  }, 120_000);

  test.each([
    ['is empty', '', 'empty'],
    ['is of a day that has not come', HEADER.replace('2026-11-20', '2099-01-01'), 'Line 1'],
    ['is of a day that no calendar has', HEADER.replace('2026-11-20', '2026-02-30'), 'Line 1'],
    ['is of the year 0', HEADER.replace('2026-11-20', '0000-01-01'), 'Line 1'],
    ['has no comment', 'cve,epss,percentile\nCVE-2099-0005,0.1,0.2\n', 'Line 1'],
    ['has no header', `${HEADER.split('\n')[0]}\nCVE-2099-0005,0.1,0.2\n`, 'Line 2'],
    ['holds no score', HEADER, 'no score'],
    ['is cut off in a line', `${HEADER}CVE-2099-0005,0.1,0.2\nCVE-2099-0006,0.1,0.`, 'cut off'],
    ['is cut off in its gzip', gzipSync(`${HEADER}CVE-2099-0005,0.1,0.2\n`).subarray(0, -9), 'damaged or cut off'],
    ['is JSON', '{"vulnerabilities":[]}', 'Line 1'],
    ['is compressed otherwise', Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 1, 2, 3]), 'zstd'],
  ])('that %s is refused and leaves what was there', async (_, content, words) => {
    expect(
      await enrichment.load('epss', Readable.from(content.length > 0 ? [Buffer.from(content)] : [])),
    ).toMatchObject({ refused: { kind: 'broken', detail: expect.stringContaining(words) as string } });
    expect(await scoreOf('CVE-2099-0005')).toBeUndefined();
  });

  test('that grows beyond reason is refused at once', async () => {
    const started = cpuMillis();
    const bomb = gzipSync(Buffer.concat([Buffer.from(HEADER), Buffer.alloc(100 * 1024 * 1024, 0x61)]));
    const packed = cpuMillis();
    expect(await enrichment.load('epss', Readable.from([bomb]))).toMatchObject({ refused: { kind: 'too-large' } });
    expect(cpuMillis() - packed, `packing took ${packed - started} ms`).toBeLessThan(1000);
  });

  test('of a day that a Weir of before took for a day of the future freezes nothing', async () => {
    await enrichment.pool.query(
      `UPDATE intelligence.epss_score SET date = '2099-01-01';
       INSERT INTO intelligence.feed_load (feed, revision, source, as_of, loaded_at, records, added, changed, removed, skipped, affected_packages)
       VALUES ('epss', '2099-01-01', 'upload', '2099-01-01', '2026-11-21T10:00:00Z', 1, 1, 0, 0, 0, 0)`,
    );
    const load = (day: string) =>
      enrichment.load('epss', Readable.from([Buffer.from(`${HEADER.replace('11-20', day)}CVE-2096-0004,0.3,0.4\n`)]));
    expect(await load('11-19'), 'what was loaded before is the newest still').toMatchObject({
      refused: { kind: 'outdated' },
    });
    expect(await load('11-21')).toMatchObject({ changed: 1 });
    expect(await load('11-22')).toMatchObject({ changed: 0 });
    expect(await load('11-21'), 'and true days follow one another again').toMatchObject({
      refused: { kind: 'outdated' },
    });
  });
});
