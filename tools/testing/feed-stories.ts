import type { FeedKind } from '@weir/contracts';
import { oneOf, type Random } from './random-choice.js';

/** A file of a feed. */
export interface FeedFile {
  readonly kind: FeedKind;
  readonly text: string;
}

const CVES = [0, 1, 2, 3, 4].map((n) => `CVE-2026-100${n}`);
/** So many that a file without a few of the others is still whole. */
const OTHER_CVES = Array.from({ length: 500 }, (_, n) => `CVE-2025-${10_000 + n}`);
const ADVISORIES = ['GHSA-feed-0001-aaaa', 'GHSA-feed-0002-aaaa', 'PYSEC-2026-1', 'MAL-2026-1'];
const VECTORS = [
  'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H',
  'CVSS:3.1/AV:L/AC:H/PR:L/UI:R/S:U/C:L/I:N/A:N',
  'CVSS:3.1/AV:N/AC:H/PR:N/UI:N/S:U/C:L/I:L/A:N',
];
/** Some a little apart, some by more than what counts as moved. */
const PERCENTILES = ['0.50000', '0.50400', '0.52000', '0.52999'];
const NAMES = [
  ['npm', 'story'],
  ['PyPI', 'story'],
  ['npm', 'another'],
  ['npm', 'nobody'],
] as const;

/** The next file of any feed: each is a day newer than the one before. */
export const feedFile = (random: Random, step: number): FeedFile => {
  const day = new Date(Date.UTC(2026, 0, 1 + step)).toISOString().slice(0, 10);
  const kind = oneOf(random, ['osv', 'osv', 'epss', 'epss', 'epss', 'kev'] as const);
  switch (kind) {
    case 'osv':
      return {
        kind,
        text: Array.from({ length: 1 + random(3) }, () => JSON.stringify(advisoryOf(random, day))).join('\n'),
      };
    case 'epss':
      return { kind, text: scoresOf(random, day) };
    case 'kev':
      return { kind, text: JSON.stringify(catalogueOf(random, day)) };
    default: {
      const unknown: never = kind;
      throw new Error(`No story of feed ${String(unknown)}`);
    }
  }
};

/** Some of `values`, in their order. */
const someOf = <T>(random: Random, values: readonly T[], outOf: number): readonly T[] =>
  values.filter(() => random(outOf) === 0);

const advisoryOf = (random: Random, day: string) => {
  const id = oneOf(random, ADVISORIES);
  return {
    id,
    modified: `${day}T00:00:00Z`,
    ...(random(4) === 0 ? { withdrawn: `${day}T00:00:00Z` } : {}),
    aliases: [
      ...someOf(random, CVES, 4),
      ...someOf(
        random,
        ADVISORIES.filter((other) => other !== id),
        4,
      ),
    ],
    ...(random(3) === 0 ? { summary: `Summary ${random(2)}` } : {}),
    severity: random(2) === 0 ? [{ type: 'CVSS_V3', score: oneOf(random, VECTORS) }] : [],
    affected: someOf(random, NAMES, 2).map(([ecosystem, name]) => affectedOf(random, ecosystem, name)),
  };
};

const affectedOf = (random: Random, ecosystem: string, name: string) => ({
  package: { ecosystem, name },
  ranges: [
    {
      type: ecosystem === 'npm' ? 'SEMVER' : 'ECOSYSTEM',
      events: [{ introduced: '0' }, { fixed: oneOf(random, ['1.0.0', '1.2.0', '3.0.0']) }],
    },
  ],
  versions: random(3) === 0 ? ['1.0.0', '1.0'] : [],
});

const scoresOf = (random: Random, day: string): string => {
  const rows = CVES.filter(() => random(8) > 0).map((cve) => `${cve},0.${random(2) + 1},${oneOf(random, PERCENTILES)}`);
  const others = OTHER_CVES.map((cve) => `${cve},0.00050,0.10000`);
  const head = [`#model_version:v2026.01.01,score_date:${day}T00:00:00+0000`, 'cve,epss,percentile'];
  return `${[...head, ...rows, ...others].join('\n')}\n`;
};

const catalogueOf = (random: Random, day: string) => {
  const vulnerabilities = ['CVE-2020-0001', ...someOf(random, CVES, 2)].map((cveID) => ({
    cveID,
    vulnerabilityName: `Name ${random(2)}`,
    dateAdded: oneOf(random, ['2026-01-01', '2026-01-02']),
    dueDate: oneOf(random, ['2026-02-01', '']),
    knownRansomwareCampaignUse: oneOf(random, ['Known', 'Unknown']),
  }));
  return { catalogVersion: day, dateReleased: `${day}T00:00:00Z`, count: vulnerabilities.length, vulnerabilities };
};
