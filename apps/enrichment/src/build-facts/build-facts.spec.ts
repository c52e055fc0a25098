import { factsSchema, type PackageMetadata } from '@weir/contracts';
import { describe, expect, test } from 'vitest';
import { cpuMillis } from '../../../../tools/testing/cpu-time.js';
import { knownPackage } from '../../../../tools/testing/known-package.js';
import type { AdvisoryRecord } from '../advisory-record/advisory-record.js';
import { parseAdvisory } from '../advisory-record/parse-advisory.js';
import { buildFacts } from './build-facts.js';
import type { Known } from './known.js';

const V3_HIGH = { type: 'CVSS_V3', score: 'CVSS:3.1/AV:N/AC:L/PR:H/UI:N/S:U/C:H/I:H/A:H' };
const V4_HIGH = { type: 'CVSS_V4', score: 'CVSS:4.0/AV:L/AC:L/AT:N/PR:L/UI:N/VC:H/VI:H/VA:N/SC:N/SI:N/SA:N' };

const advisory = (
  id: string,
  aliases: readonly string[],
  events: readonly object[],
  rest: object = {},
): AdvisoryRecord => {
  const affected = [
    {
      package: { ecosystem: 'npm', name: 'lodash', purl: 'pkg:npm/lodash' },
      ranges: [{ type: 'SEMVER', events: [{ introduced: '0' }, ...events] }],
    },
  ];
  const record = parseAdvisory({
    id,
    aliases,
    modified: '2026-01-02T00:00:00Z',
    published: '2026-01-01T00:00:00Z',
    summary: `About ${id}`,
    affected,
    ...rest,
  });
  if ('refused' in record) throw new Error(record.refused);
  return record;
};

const commandInjection = advisory(
  'GHSA-35jh-r3h4-6jhm',
  ['CVE-2021-23337', 'CVE-2026-4800', 'GHSA-r5fr-rjxr-66jc'],
  [{ fixed: '4.17.21' }],
  { severity: [V3_HIGH] },
);
const codeInjection = advisory('GHSA-r5fr-rjxr-66jc', ['CVE-2026-4800'], [{ last_affected: '4.17.23' }], {
  database_specific: { severity: 'MODERATE' },
});
const epss = new Map([
  ['CVE-2021-23337', { score: 0.213, percentile: 0.95, date: '2026-08-02' }],
  ['CVE-2026-4800', { score: 0.02, percentile: 0.8, date: '2026-08-02' }],
]);

const factsOf = (version: string, told: Partial<Known>) =>
  buildFacts(knownPackage(`pkg:npm/lodash@${version}`, { epss, ...told }));
const metadata = (told: PackageMetadata): PackageMetadata => told;

describe('the vulnerabilities of a package', () => {
  test('lodash 4.17.20 has two, each with the score of its own CVE', () => {
    const { v0, v1 } = factsOf('4.17.20', { advisories: [codeInjection, commandInjection] });
    expect(v1.vulnerabilities.map(({ id, epss: scored, severity }) => [id, scored?.score, severity])).toEqual([
      ['CVE-2021-23337', 0.213, 'HIGH'],
      ['CVE-2026-4800', 0.02, 'MEDIUM'],
    ]);
    expect(
      v0.vulnerabilities.map(({ identifier, VulnerabilityID, epss: scored }) => [identifier, VulnerabilityID, scored]),
    ).toEqual([
      ['CVE-2021-23337', 'CVE-2021-23337', { score: 0.213, percentile: 0.95 }],
      ['CVE-2026-4800', 'CVE-2026-4800', { score: 0.02, percentile: 0.8 }],
    ]);
  });

  test('lodash 4.17.22 is not given the score of CVE-2021-23337 through an alias', () => {
    const { v0, v1 } = factsOf('4.17.22', { advisories: [codeInjection, commandInjection] });
    expect(v0.vulnerabilities.map(({ identifier, epss: scored }) => [identifier, scored?.score])).toEqual([
      ['CVE-2026-4800', 0.02],
    ]);
    expect(v1.vulnerabilities).toHaveLength(1);
    expect(v0.osv.map(({ id }) => id)).toEqual(['GHSA-r5fr-rjxr-66jc']);
  });

  test('have no patched_versions where there is no fix: Rego counts an empty list as true', () => {
    const { v0, v1 } = factsOf('4.17.20', { advisories: [codeInjection, commandInjection] });
    expect(v0.vulnerabilities[0]).toMatchObject({ patched_versions: ['4.17.21'], vulnerable_versions: ['< 4.17.21'] });
    expect(v0.vulnerabilities[1]).not.toHaveProperty('patched_versions');
    expect(v1.vulnerabilities[1]?.fixedIn).toEqual([]);
    expect(v0.security_scan[0]?.Vulnerabilities.map(({ Status, FixedVersion }) => [Status, FixedVersion])).toEqual([
      ['fixed', '4.17.21'],
      ['affected', undefined],
    ]);
  });

  test("have the vendor's severity before that of a vector, and none where nobody has said", () => {
    const severities = (rest: object) => {
      const { v0, v1 } = factsOf('1.0.0', { advisories: [advisory('GHSA-a', ['CVE-2026-1111'], [], rest)] });
      return [
        v0.vulnerabilities[0]?.severity,
        v1.vulnerabilities[0]?.severity,
        v0.security_scan[0]?.Vulnerabilities[0]?.Severity,
      ];
    };
    expect(severities({ severity: [V3_HIGH], database_specific: { severity: 'LOW' } })).toEqual(['LOW', 'LOW', 'LOW']);
    expect(severities({ severity: [V3_HIGH, V4_HIGH] })).toEqual(['HIGH', 'HIGH', 'HIGH']);
    expect(severities({})).toEqual([undefined, undefined, 'UNKNOWN']);
    expect(severities({ severity: [{ type: 'CVSS_V3', score: 'CVSS:3.1/broken' }] })).toEqual([
      undefined,
      undefined,
      'UNKNOWN',
    ]);
  });

  test('have a score before anyone rates them, and a rating without a score', () => {
    const scored = factsOf('1.0.0', { advisories: [advisory('PYSEC-1', ['CVE-2026-4800'], [])] });
    expect(scored.v0.vulnerabilities[0]).toMatchObject({ epss: { score: 0.02 }, cvss: null });
    const rated = factsOf('1.0.0', { advisories: [advisory('GHSA-no-cve', [], [], { severity: [V3_HIGH] })] });
    expect(rated.v0.vulnerabilities[0]).toMatchObject({ identifier: 'GHSA-no-cve', epss: null, severity: 'HIGH' });
  });

  test('tell each source its own CVSS: v2 and v3 in v0, v4 in v1', () => {
    const { v0, v1 } = factsOf('1.0.0', {
      advisories: [advisory('GHSA-a', ['CVE-2026-1111'], [], { severity: [V3_HIGH, V4_HIGH] })],
    });
    expect(v0.vulnerabilities[0]?.cvss).toEqual({
      ghsa: { V2Score: null, V2Vector: null, V3Score: 7.2, V3Vector: V3_HIGH.score },
    });
    expect(v1.vulnerabilities[0]?.cvss).toEqual({
      score: 8.4,
      v2: [],
      v3: [{ source: 'ghsa', vector: V3_HIGH.score, score: 7.2, severity: 'HIGH' }],
      v4: [{ source: 'ghsa', vector: V4_HIGH.score, score: 8.4, severity: 'HIGH' }],
    });
    expect(v0.osv[0]?.severity).toEqual([
      { ...V3_HIGH, numerical_score: 7.2 },
      { ...V4_HIGH, numerical_score: 8.4 },
    ]);
  });

  test('tell what CISA knows, when Weir first knew, and what is malicious', () => {
    const { v1 } = factsOf('1.0.0', {
      advisories: [commandInjection, advisory('MAL-2026-9', [], [])],
      kev: new Map([['CVE-2021-23337', { dateAdded: '2026-07-01', dueDate: null, ransomware: true }]]),
      firstSeenAt: new Map([['CVE-2021-23337', '2026-06-14T08:00:00.000Z']]),
    });
    expect(v1.malicious).toBe(true);
    expect(v1.vulnerabilities.map(({ id, kev, malicious, firstSeenAt }) => [id, kev, malicious, firstSeenAt])).toEqual([
      [
        'CVE-2021-23337',
        { dateAdded: '2026-07-01', dueDate: null, ransomware: true },
        false,
        '2026-06-14T08:00:00.000Z',
      ],
      ['CVE-2026-4800', null, false, null],
      ['MAL-2026-9', null, true, null],
    ]);
  });

  test("Go's time that means never is not told as a time", () => {
    const { v0, v1 } = factsOf('1.0.0', { advisories: [{ ...commandInjection, modified: '0001-01-01T00:00:00Z' }] });
    expect(v0.osv[0]?.modified).toBe('2026-01-01T00:00:00Z');
    expect(v1.vulnerabilities[0]?.modifiedAt).toBeNull();
    expect(JSON.stringify({ v0, v1 })).not.toContain('0001-01-01');
  });

  test('of an advisory about one name in two ecosystems tell each package of its own', () => {
    const affected = ['npm', 'PyPI'].map((ecosystem) => ({
      package: { ecosystem, name: 'both' },
      versions: ['1.0.0'],
    }));
    const both = advisory('GHSA-both', [], [], { affected });
    const ecosystemsOf = (purl: string) =>
      buildFacts(knownPackage(purl, { advisories: [both] })).v0.osv.flatMap((one) =>
        one.affected.map((entry) => entry.package?.ecosystem),
      );
    expect([ecosystemsOf('pkg:npm/both@1.0.0'), ecosystemsOf('pkg:pypi/both@1.0.0')]).toEqual([['npm'], ['PyPI']]);
  });

  test('keep messages small: long details are cut, foreign entries and other listed versions left out', () => {
    const affected = [
      {
        package: { ecosystem: 'npm', name: 'lodash' },
        versions: ['1.0.0', '1.0.1', '1.0.2'],
        ecosystem_specific: { a: 1 },
      },
      { package: { ecosystem: 'RubyGems', name: 'lodash-rails' }, versions: ['1.0.0'] },
    ];
    const { v0 } = factsOf('1.0.1', {
      advisories: [advisory('GHSA-a', [], [], { details: 'x'.repeat(5000), affected })],
    });
    expect(v0.osv[0]?.details).toHaveLength(2000);
    expect(v0.osv[0]?.affected).toEqual([
      {
        package: { ecosystem: 'npm', name: 'lodash', purl: null },
        ranges: [],
        versions: ['1.0.1'],
        severity: [],
        ecosystem_specific: { a: 1 },
      },
    ]);
    expect(v0.vulnerabilities[0]?.vulnerable_versions).toEqual(['= 1.0.1']);
  });
});

describe('the package in the facts', () => {
  test.each([
    ['pkg:pypi/Zope.Interface@5.0', 'python', 'zope-interface', 'zope-interface'],
    ['pkg:npm/%40babel/core@7.0.0', 'npm', '@babel/core', '@babel/core'],
    ['pkg:maven/org.apache/log4j@1', 'maven', 'log4j', 'org.apache:log4j'],
    ['pkg:golang/github.com/gin-gonic/gin@v1.6.0', 'go', 'github.com/gin-gonic/gin', 'github.com/gin-gonic/gin'],
    ['pkg:cargo/serde@1.0.0', 'cargo', 'serde', 'serde'],
    ['pkg:docker/library/nginx@1', 'docker', 'library/nginx', 'library/nginx'],
  ])('%s has the format %s', (purl, format, name, fullName) => {
    const { v0, v1 } = buildFacts(knownPackage(purl));
    expect(v0.package).toMatchObject({ format, name });
    expect(v1.package).toMatchObject({ format, fullName });
  });

  test('says whether it was looked at: vulnerable, clean, not yet, or never', () => {
    const status = (purl: string, told: Partial<Known> = {}) =>
      buildFacts(knownPackage(purl, told)).v0.package.security_scan_status;
    expect(status('pkg:npm/lodash@1.0.0', { advisories: [codeInjection] })).toBe('VULNERABLE');
    expect(status('pkg:npm/lodash@5.0.0', { advisories: [codeInjection] })).toBe('NOT_VULNERABLE');
    expect(status('pkg:npm/lodash@5.0.0', { advisoriesLoaded: false })).toBe('AWAITING_SCAN');
    expect(status('pkg:generic/tool@1')).toBe('UNSUPPORTED_FORMAT');
  });

  test('has its licence as an SPDX expression with a category, and unknown where nothing is said', () => {
    const licensed = factsOf('1.0.0', { metadata: metadata({ license: { type: 'GPL-2.0+' } }) });
    expect(licensed.v1.licence).toEqual({
      declared: 'GPL-2.0+',
      expression: 'GPL-2.0-or-later',
      ids: ['GPL-2.0-or-later'],
      category: 'copyleft',
      categories: ['copyleft'],
    });
    expect(licensed.v0.package.license).toMatchObject({
      match: 'OSS_EXACT',
      oss_license: { spdx_identifier: 'GPL-2.0-or-later', osi_approved: true },
    });
    const silent = factsOf('1.0.0', {});
    expect(silent.v1.licence).toEqual({
      declared: null,
      expression: null,
      ids: [],
      category: 'unknown',
      categories: ['unknown'],
    });
    expect(silent.v1.unread).toEqual([]);
    expect(silent.v0.package.license).toMatchObject({
      raw_license: null,
      match: 'NONE',
      oss_license: { spdx_identifier: '' },
    });
  });

  test('has a licence that is not understood as a whole under no single id, and says so', () => {
    const licensed = (license: string) => factsOf('1.0.0', { metadata: metadata({ license }) });
    const addendum = licensed('GPL-3.0-only AND LicenseRef-Proprietary-Addendum');
    expect(addendum.v0.package.license.oss_license.spdx_identifier).toBe(
      'GPL-3.0-only AND LicenseRef-Proprietary-Addendum',
    );
    const long = Array.from({ length: 20 }, (_, index) => (index === 19 ? 'GPL-3.0-only' : 'Apache-2.0')).join(' AND ');
    expect(licensed(long).v0.package.license.oss_license.spdx_identifier).toBe(long);
    const partly = licensed('GPL v3 with terms of ours');
    expect(partly.v0.package.license).toMatchObject({
      match: 'UNKNOWN',
      oss_license: { spdx_identifier: 'GPL-3.0-only' },
    });
    expect(partly.v1.unread).toEqual([
      { field: 'licence', reason: 'is not understood as a whole, though it names GPL-3.0-only' },
    ]);
  });

  test('is without what cannot be read, and tells which and why', () => {
    const { v0, v1 } = buildFacts(
      knownPackage('pkg:pypi/six@not.a.version', {
        metadata: metadata({ license: 'Dual License', publishedAt: '9999-12-31T23:59:59-12:00' }),
      }),
    );
    expect(v1.publishedAt).toBeNull();
    expect(v0.package.upstream_metadata?.published_at).toBeNull();
    expect(v1.unread).toEqual([
      { field: 'licence', reason: 'names no licence that is known' },
      { field: 'package.version', reason: expect.stringContaining('no version of PyPI') as string },
      { field: 'publishedAt', reason: expect.stringContaining('1678 to 2261') as string },
    ]);
  });

  test('is built without a part that is a fault to read, and says so', () => {
    const broken = { ...commandInjection };
    Object.defineProperty(broken, 'affected', {
      get: () => {
        throw new Error('no such thing');
      },
    });
    const { v1 } = buildFacts(knownPackage('pkg:npm/lodash@4.17.20', { advisories: [broken, codeInjection] }));
    expect(v1.vulnerabilities.map(({ id }) => id)).toEqual(['CVE-2026-4800']);
    expect(v1.unread).toEqual([{ field: 'vulnerabilities', reason: 'could not be read: no such thing' }]);
  });

  test("says nothing of Go's time that means never", () => {
    const { v1 } = factsOf('1.0.0', { metadata: metadata({ publishedAt: '0001-01-01T00:00:00Z' }) });
    expect([v1.publishedAt, v1.unread]).toEqual([null, []]);
  });

  test('has its times in UTC', () => {
    const { v0, v1 } = factsOf('1.0.0', { metadata: metadata({ publishedAt: '2024-12-04T23:17:31.834000+02:00' }) });
    expect(v1.publishedAt).toBe('2024-12-04T21:17:31.834Z');
    expect(v0.package.upstream_metadata?.published_at).toBe('2024-12-04T21:17:31.834Z');
    expect(v0.package.last_downloaded_at).toBe(v0.package.uploaded_at);
  });
});

test('the document is what the schema of the facts says, to the last member', () => {
  const known = knownPackage('pkg:npm/lodash@4.17.20', {
    epss,
    advisories: [commandInjection, codeInjection],
    metadata: metadata({
      license: 'MIT',
      filename: 'lodash-4.17.20.tgz',
      size: 1,
      tags: ['b', 'a'],
      dependencies: [{ name: 'x' }],
    }),
    scorecard: {
      repository: 'github.com/lodash/lodash',
      score: 6.1,
      date: '2026-08-01',
      checks: { 'Code-Review': 7, Fuzzing: null },
    },
  });
  const facts = buildFacts({ ...known, package: { ...known.package, digest: `sha256:${'0a'.repeat(32)}` } });
  expect(factsSchema.parse(facts)).toEqual(facts);
  expect(facts.v0.package).toMatchObject({
    checksum_sha256: '0a'.repeat(32),
    extension: '.tgz',
    files: [{ is_primary: 'true' }],
  });
  expect(facts.v1.package.tags).toEqual(['a', 'b']);
});

test('a package with five vulnerabilities takes less than a millisecond of work once its advisories are read', () => {
  const advisories = Array.from({ length: 5 }, (_, i) =>
    advisory(`GHSA-${i}`, [`CVE-2026-100${i}`], [{ fixed: '4.18.0' }], {
      severity: [V3_HIGH, V4_HIGH],
      details: 'x'.repeat(3000),
    }),
  );
  const known = knownPackage('pkg:npm/lodash@4.17.20', { advisories, epss });
  const batch = (): number => {
    const start = cpuMillis();
    for (let i = 0; i < 50; i += 1) buildFacts(known);
    return (cpuMillis() - start) / 50;
  };
  // The best of many batches: what this process does beside it, such as collecting garbage, does not count.
  expect(Math.min(...Array.from({ length: 40 }, batch))).toBeLessThan(1);
});
