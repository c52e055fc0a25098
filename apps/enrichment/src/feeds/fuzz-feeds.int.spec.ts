import { Readable } from 'node:stream';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { cpuMillis } from '../../../../tools/testing/cpu-time.js';
import { openTestEnrichment, type TestEnrichment } from '../../../../tools/testing/enrichment-for-tests.js';
import { randomChoices, type Random } from '../../../../tools/testing/random-choice.js';
import { zipOf } from '../../../../tools/testing/zip-for-tests.js';
import type { FeedKind } from '@weir/contracts';

const SEED = 20261122;
const ROUNDS = 60;

let enrichment: TestEnrichment;

beforeAll(async () => {
  enrichment = await openTestEnrichment();
});

afterAll(() => enrichment.close());

const MUTATIONS: readonly ((bytes: Buffer, next: Random) => Buffer)[] = [
  (bytes, next) => bytes.subarray(0, next(bytes.length)),
  (bytes, next) => flip(bytes, next, 1),
  (bytes, next) => flip(bytes, next, 20),
  (bytes, next) =>
    Buffer.concat([
      bytes.subarray(0, next(bytes.length)),
      Buffer.from([next(256), next(256)]),
      bytes.subarray(next(bytes.length)),
    ]),
  (bytes, next) => Buffer.concat([bytes, bytes.subarray(next(bytes.length))]),
];

const flip = (bytes: Buffer, next: Random, times: number): Buffer => {
  const flipped = Buffer.from(bytes);
  for (let i = 0; i < times; i += 1) {
    const at = next(bytes.length);
    flipped[at] = (flipped[at] ?? 0) ^ (1 << next(8));
  }
  return flipped;
};

const advisories = Array.from({ length: 20 }, (_, i) =>
  JSON.stringify({
    id: `GHSA-fuzz-${i}`,
    modified: '2026-01-01T00:00:00Z',
    aliases: [`CVE-2026-${1000 + i}`],
    affected: [
      {
        package: { ecosystem: 'npm', name: `fuzz-${i}` },
        ranges: [{ type: 'SEMVER', events: [{ introduced: '0' }, { fixed: '1.2.3' }] }],
      },
    ],
  }),
);

const files: Readonly<Record<string, readonly [FeedKind, Buffer]>> = {
  'OSV lines': ['osv', Buffer.from(advisories.join('\n'))],
  'OSV gzip': ['osv', gzipSync(advisories.join('\n'))],
  'OSV zip': ['osv', zipOf(Object.fromEntries(advisories.map((text, i) => [`${i}.json`, text])))],
  'EPSS text': [
    'epss',
    Buffer.from(
      `#model_version:v1,score_date:2026-01-01T00:00:00+0000\ncve,epss,percentile\n${Array.from({ length: 50 }, (_, i) => `CVE-2026-${1000 + i},0.${i + 10},0.5\n`).join('')}`,
    ),
  ],
  'KEV text': [
    'kev',
    Buffer.from(
      JSON.stringify({
        catalogVersion: '2026.01.01',
        dateReleased: '2026-01-01T00:00:00Z',
        count: 10,
        vulnerabilities: Array.from({ length: 10 }, (_, i) => ({
          cveID: `CVE-2026-${1000 + i}`,
          vulnerabilityName: 'x',
          dateAdded: '2026-01-01',
          dueDate: '2026-01-22',
          knownRansomwareCampaignUse: 'Known',
        })),
      }),
    ),
  ],
};

const TABLES = [
  'advisory',
  'advisory_affects',
  'epss_score',
  'epss_history',
  'kev',
  'feed_load',
  'pending_reassessment',
];

/** Everything that feeds write, as one text. */
const everything = async (): Promise<string> => {
  const parts = TABLES.map(
    (table) => `(SELECT coalesce(string_agg(t::text, E'\\n' ORDER BY t::text), '') FROM intelligence.${table} t)`,
  );
  const { rows } = await enrichment.pool.query<{ all: string }>(
    `SELECT md5(concat_ws(E'\\n', ${parts.join(', ')})) AS all`,
  );
  return rows[0]?.all ?? '';
};

describe(`damaged files (seed ${SEED}, ${ROUNDS} of each kind)`, () => {
  test.each(Object.entries(files))(
    '%s: each is loaded or refused within a second, and a refused one changes nothing',
    async (what, [kind, bytes]) => {
      const next = randomChoices(SEED);
      let refused = 0;
      for (let round = 0; round < ROUNDS; round += 1) {
        const damaged = MUTATIONS[next(MUTATIONS.length)]?.(bytes, next) ?? bytes;
        const before = await everything();
        const started = cpuMillis();
        const answer = await enrichment.load(kind, Readable.from(damaged.length > 0 ? [damaged] : []));
        expect(cpuMillis() - started).toBeLessThan(1000);
        if (!('refused' in answer)) continue;
        refused += 1;
        expect(await everything(), `round ${round}: ${answer.refused.detail}`).toBe(before);
      }
      expect(refused > 0, 'damaged lines are skipped one by one, everything else is refused as a whole').toBe(
        what !== 'OSV lines',
      );
    },
  );

  test('what is whole still loads afterwards', async () => {
    const [kind, bytes] = files['OSV gzip'] ?? (['osv', Buffer.alloc(0)] as const);
    expect(gunzipSync(bytes).length).toBeGreaterThan(0);
    expect(await enrichment.load(kind, Readable.from([bytes]))).toMatchObject({ records: 20, skippedRecords: 0 });
  });
});
