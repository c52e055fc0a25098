import { join } from 'node:path';
import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { cpuMillis } from '../../../../tools/testing/cpu-time.js';
import { openTestEnrichment, type TestEnrichment } from '../../../../tools/testing/enrichment-for-tests.js';
import { OSV_FILES, sharedData } from '../../../../tools/testing/shared-data.js';
import { zipOf } from '../../../../tools/testing/zip-for-tests.js';
import type { LoadedFeed, FeedRefused } from '../feeds/feed.js';

let enrichment: TestEnrichment;

beforeAll(async () => {
  enrichment = await openTestEnrichment();
});

afterAll(() => enrichment.close());

const record = (id: string, told: Readonly<Record<string, unknown>> = {}): Record<string, unknown> => ({
  id,
  modified: '2026-01-01T00:00:00Z',
  affected: [
    {
      package: { ecosystem: 'npm', name: 'demo' },
      ranges: [{ type: 'SEMVER', events: [{ introduced: '0' }, { fixed: '2.0.0' }] }],
    },
  ],
  ...told,
});

const load = (content: string | Buffer, limits = {}): Promise<LoadedFeed | FeedRefused> =>
  enrichment.load('osv', Readable.from([Buffer.from(content)]), limits);

const storedIds = async (): Promise<readonly string[]> => {
  const { rows } = await enrichment.pool.query<{ id: string }>('SELECT id FROM intelligence.advisory ORDER BY id');
  return rows.map(({ id }) => id);
};

const summaryOf = async (id: string): Promise<unknown> => {
  const { rows } = await enrichment.pool.query<{ record: string }>(
    'SELECT record FROM intelligence.advisory WHERE id = $1',
    [id],
  );
  return rows[0] && (JSON.parse(rows[0].record) as { summary?: unknown }).summary;
};

describe('OSV records', () => {
  const text = JSON.stringify(record('GHSA-aaaa-aaaa-aaaa'), null, 2);
  const lines = `${JSON.stringify(record('GHSA-bbbb-bbbb-bbbb'))}\n\n${JSON.stringify(record('GHSA-cccc-cccc-cccc'))}`;

  test.each([
    ['one JSON document', text, 1],
    ['an array', JSON.stringify([record('GHSA-dddd-dddd-dddd'), record('GHSA-eeee-eeee-eeee')], null, 1), 2],
    ['JSON lines', lines, 2],
    ['JSON lines with a byte order mark', `\uFEFF${JSON.stringify(record('GHSA-ffff-ffff-ffff'))}\r\n`, 1],
    ['gzip of lines', gzipSync(lines.replaceAll('GHSA', 'GHSB')), 2],
    [
      'a zip archive',
      zipOf({
        'a.json': text.replaceAll('aaaa', 'gggg'),
        'README.md': 'no record',
        'b/c.json': JSON.stringify(record('GHSA-hhhh-hhhh-hhhh')),
      }),
      2,
    ],
    ['gzip of a zip archive', gzipSync(zipOf({ 'a.json': text.replaceAll('aaaa', 'iiii') })), 1],
  ])('are read from %s, whatever the file is called', async (_, content, records) => {
    expect(await load(content)).toMatchObject({
      records,
      added: records,
      changed: 0,
      skippedRecords: 0,
      ecosystems: { npm: records },
    });
    expect(await load(content), 'the same again').toMatchObject({ records, added: 0, changed: 0, unchanged: records });
  });

  test('that are broken are skipped, and named with their line and id', async () => {
    const content = [
      '{"id":',
      JSON.stringify(record('OK-1')),
      '[]',
      JSON.stringify({ id: 'NO-1' }),
      JSON.stringify(record('NO-2', { modified: 'yesterday' })),
      'x'.repeat(300),
      JSON.stringify(record('OK-2')),
    ].join('\n');
    expect(await load(content, { recordBytes: 290 })).toMatchObject({
      records: 7,
      added: 2,
      skipped: [
        { line: 1 },
        { line: 3 },
        { line: 4, id: 'NO-1' },
        { line: 5, id: 'NO-2' },
        { line: 6, reason: 'is longer than a record may be' },
      ],
    });
    expect(await storedIds()).toEqual(expect.arrayContaining(['OK-1', 'OK-2']));
  });

  test('nested too deeply, with U+0000 or of a year that cannot be stored are skipped', async () => {
    const deep = `{"id":"DEEP","modified":"2026-01-01T00:00:00Z","x":${'['.repeat(5000)}${']'.repeat(5000)}}`;
    const content = [
      JSON.stringify(record('OK-3')),
      deep,
      JSON.stringify(record('NUL\u0000')),
      JSON.stringify(record('FAR', { modified: '+020000-01-01T00:00:00Z' })),
    ].join('\n');
    expect(await load(content)).toMatchObject({
      records: 4,
      added: 1,
      skipped: [{ line: 2 }, { line: 3 }, { line: 4, id: 'FAR' }],
    });
  });

  test('of other ecosystems are counted and not kept', async () => {
    const foreign = record('DSA-1', { affected: [{ package: { ecosystem: 'Debian:12', name: 'demo' } }] });
    expect(await load(JSON.stringify(foreign))).toMatchObject({
      records: 1,
      added: 0,
      foreign: 1,
      unchanged: 0,
      ecosystems: { Debian: 1 },
    });
    expect(await storedIds()).not.toContain('DSA-1');
  });

  test('that are older than what is known do not replace it, newer ones and those of the same time do', async () => {
    const at = (day: string, summary: string) =>
      JSON.stringify(record('AGE-1', { modified: `2026-03-${day}T00:00:00Z`, summary }));
    await load(at('05', 'first'));
    expect(await load(at('04', 'older'))).toMatchObject({ changed: 0, unchanged: 1 });
    expect(await summaryOf('AGE-1')).toBe('first');
    expect(await load(`${at('06', 'newest')}\n${at('05', 'in between')}`)).toMatchObject({
      records: 2,
      changed: 1,
      unchanged: 1,
    });
    expect(await summaryOf('AGE-1')).toBe('newest');
    expect(await load(at('06', 'corrected'))).toMatchObject({ changed: 1 });
    expect(await summaryOf('AGE-1')).toBe('corrected');
  });
});

describe('an OSV file', () => {
  const archive = zipOf({ 'a.json': JSON.stringify(record('ZIP-1')), 'b.json': JSON.stringify(record('ZIP-2')) });
  const flipped = Buffer.from(archive);
  flipped[50] = (flipped[50] ?? 0) ^ 0x10;

  test.each([
    ['is empty', '', 'broken'],
    ['is text of another kind', 'cve,epss,percentile\nCVE-1,0,0\n', 'broken'],
    ['is a JSON document of another kind', '{"vulnerabilities": []}', 'broken'],
    ['is an archive without its end', archive.subarray(0, -30), 'broken'],
    ['is an archive with a damaged entry', flipped, 'broken'],
    ['is gzip with a damaged end', gzipSync(`${JSON.stringify(record('GZ-1'))}\n`.repeat(3)).subarray(0, -4), 'broken'],
  ])('that %s is refused, and nothing of it is kept', async (_, content, kind) => {
    const before = await storedIds();
    expect(await load(content)).toMatchObject({ refused: { kind } });
    expect(await storedIds()).toEqual(before);
  });

  test('over a limit is refused with the limit', async () => {
    const many = Array.from({ length: 30 }, (_, i) => JSON.stringify(record(`MANY-${i}`))).join('\n');
    expect(await load(many, { fileBytes: 1000 })).toMatchObject({
      refused: { kind: 'too-large', detail: expect.stringContaining('1000') as string },
    });
    expect(await load(gzipSync(many), { textBytes: 1000 })).toMatchObject({ refused: { kind: 'too-large' } });
    expect(await load(zipOf({ 'a.json': many }), { textBytes: 1000 })).toMatchObject({
      refused: { kind: 'too-large' },
    });
    expect(await load(many, { records: 10 })).toMatchObject({ refused: { kind: 'too-large' } });
    expect((await storedIds()).some((id) => id.startsWith('MANY'))).toBe(false);
  });

  test('that is a bomb is refused within a second', async () => {
    const bombs = [
      gzipSync(Buffer.alloc(200 * 1024 * 1024, 0x20)),
      zipOf({ 'a.json': Buffer.alloc(100 * 1024 * 1024) }),
    ];
    for (const bomb of bombs) {
      const started = cpuMillis();
      expect(await load(bomb)).toMatchObject({ refused: { kind: 'too-large' } });
      expect(cpuMillis() - started).toBeLessThan(1000);
    }
  });

  test('of another kind is refused in sentences that say what it is and what to send', async () => {
    expect(await load('purl,score\npkg:npm/a@1,2\n')).toMatchObject({
      refused: {
        detail: expect.stringMatching(
          /^The file holds no OSV record; the first one is not JSON: [^.]+(?:\. At position \d+)?\. Send JSON, JSON lines or a zip archive of OSV records\.$/,
        ) as string,
      },
    });
  });

  test('that does not exist is refused by name', async () => {
    expect(await enrichment.load('osv', '/nowhere/osv.zip')).toMatchObject({
      refused: { kind: 'broken', detail: expect.stringContaining('/nowhere/osv.zip') as string },
    });
  });
});

describe.runIf(sharedData !== null)('the real advisories (not run where the shared data is absent)', () => {
  test('are all taken, each file a second time without a change', async () => {
    const loads: Record<string, LoadedFeed> = {};
    for (const file of OSV_FILES) {
      const loaded = await enrichment.load('osv', join(sharedData ?? '', file));
      if ('refused' in loaded) throw new Error(loaded.refused.detail);
      loads[file] = loaded;
      expect(await enrichment.load('osv', join(sharedData ?? '', file)), file).toMatchObject({
        added: 0,
        changed: 0,
        removed: 0,
        affectedPackages: 0,
      });
    }
    expect(Object.values(loads).reduce((sum, { records }) => sum + records, 0)).toBe(15_704);
    expect(Object.values(loads).flatMap(({ skipped }) => skipped)).toMatchObject([]);
    expect(loads['osv/go.jsonl.gz']).toMatchObject({ records: 4291, ecosystems: { Go: 4291 } });
    expect(loads['osv/pypi-pysec.jsonl.gz']).toMatchObject({ records: 5363, ecosystems: { PyPI: 5363 } });
    expect(loads['osv/npm-ghsa-derived.jsonl.gz']).toMatchObject({
      records: 4456,
      ecosystems: { npm: 4456, RubyGems: 3 },
    });
    expect(loads['osv/crates-rustsec.jsonl.gz']).toMatchObject({ records: 1206, ecosystems: { 'crates.io': 1206 } });
    expect(loads['osv/maven-ghsa.jsonl.gz']).toMatchObject({ records: 271, ecosystems: { Maven: 271, Go: 2 } });
  }, 180_000);
});
