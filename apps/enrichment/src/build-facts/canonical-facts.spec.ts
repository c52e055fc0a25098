import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import { expect, test } from 'vitest';
import { knownPackage } from '../../../../tools/testing/known-package.js';
import { seeded } from '../../../../tools/testing/seeded.js';
import { parseAdvisory } from '../advisory-record/parse-advisory.js';
import { buildFacts } from './build-facts.js';
import { canonicalFacts, inCanonicalOrder, isCanonical } from './canonical-facts.js';

const read = parseAdvisory({
  id: 'GHSA-aaaa-bbbb-cccc',
  aliases: ['CVE-2026-0001'],
  modified: '2026-01-01T00:00:00Z',
  published: '2026-01-01T00:00:00Z',
  summary: 's',
  details: 'd',
  zebra: { b: 1, a: 2 },
  severity: [
    { type: 'CVSS_V3', score: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H' },
    { type: 'CVSS_V4', score: 'CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N' },
  ],
  affected: [
    {
      package: { ecosystem: 'Maven', name: 'org.example:thing' },
      ranges: [{ type: 'ECOSYSTEM', events: [{ introduced: '0' }, { fixed: '2.0' }] }],
      versions: ['1.0'],
      database_specific: { z: 1, b: 2 },
    },
  ],
  database_specific: { severity: 'HIGH', cwe_ids: [] },
  references: [{ type: 'WEB', url: 'https://example.org' }],
});
if ('refused' in read) throw new Error(read.refused);
const advisory = read;

const facts = buildFacts(knownPackage('pkg:npm/lodash@4.17.20', { metadata: { summary: 'Zürich' } }));
const reversed = (value: unknown): unknown =>
  typeof value !== 'object' || value === null || Array.isArray(value)
    ? value
    : Object.fromEntries(
        Object.entries(value)
          .reverse()
          .map(([name, member]) => [name, reversed(member)]),
      );

test('the same facts have the same bytes and digest, in whatever order they were written', () => {
  const { bytes, digest } = canonicalFacts(facts);
  expect(canonicalFacts(reversed(facts) as typeof facts)).toEqual({ bytes, digest });
  expect(digest).toBe(`sha256:${createHash('sha256').update(bytes).digest('hex')}`);
  expect(JSON.parse(Buffer.from(bytes).toString('utf8'))).toEqual(facts);
});

test('half a surrogate pair in a text does not keep a package from being judged', () => {
  const broken = buildFacts(knownPackage('pkg:npm/lodash@4.17.20', { metadata: { summary: 'half \ud83d pair' } }));
  const { bytes } = canonicalFacts(broken);
  expect(Buffer.from(bytes).toString('utf8')).toContain('"summary":"half \ufffd pair"');
});

test.each<[string, unknown]>([
  ['numbers as names', { 10: 'a', 9: 'b', 1: { 2: 1, 11: 2 } }],
  ['a name that JavaScript takes for a prototype', JSON.parse('{"b":1,"__proto__":{"z":1,"a":2}}')],
  ['names beyond ASCII, ordered by UTF-16', { '\u20ac': 1, '\r': 2, '\ufb33': 3, '\ud83d\ude02': 4, '\u00f6': 5 }],
  ['numbers as ECMAScript writes them', { a: 1e21, b: 1e-7, c: -0, d: 333333333.33333329, e: 4.5 }],
  ['members that are not there', { b: undefined, a: [null, true] }],
])('%s are written as the RFC 8785 library writes them', (_what, content) => {
  const odd = {
    ...facts,
    v0: { ...facts.v0, metadata: [{ content, source_kind: 'CUSTOM' as const, source_identity: 'x' }] },
  };
  expect(Buffer.from(canonicalFacts(odd).bytes).toString('utf8')).toBe(canonicalize(odd));
});

test('half a surrogate pair in a name is replaced too', () => {
  const odd = {
    ...facts,
    v0: { ...facts.v0, metadata: [{ content: { '\udc00': 1 }, source_kind: 'CUSTOM' as const, source_identity: 'x' }] },
  };
  expect(Buffer.from(canonicalFacts(odd).bytes).toString('utf8')).toContain('{"\ufffd":1}');
});

test('a number that JSON cannot write is a fault, not null', () => {
  const odd = {
    ...facts,
    v1: { ...facts.v1, scorecard: { repository: 'x', score: Number.NaN, date: '2026-01-01', checks: {} } },
  };
  expect(() => canonicalFacts(odd)).toThrow('NaN');
});

test('what builders make is in order already, whatever is known of the package', () => {
  const scorecard = null;
  const known = knownPackage('pkg:maven/org.example/thing@1.0', {
    scorecard,
    metadata: {
      license: 'MIT',
      summary: 'a',
      description: 'b',
      size: 3,
      filename: 'thing-1.0.jar',
      tags: ['z', 'a'],
      publishedAt: '2026-01-01T00:00:00Z',
      dependencies: [{ name: 'other', requirement: '^1' }],
    },
    advisories: [advisory],
    epss: new Map([['CVE-2026-0001', { score: 0.5, percentile: 0.9, date: '2026-06-14' }]]),
    kev: new Map([['CVE-2026-0001', { dateAdded: '2026-01-02', dueDate: null, ransomware: false }]]),
  });
  const built = buildFacts({ ...known, package: { ...known.package, digest: 'sha256:ab' } });
  expect(built.v1.vulnerabilities).toHaveLength(1);
  expect(isCanonical(built)).toBe(true);
  expect(Buffer.from(canonicalFacts(built).bytes).toString('utf8')).toBe(canonicalize(built));
});

test('what is kept in canonical order is written the same inside other documents, also when it cannot be', () => {
  for (const part of [{ b: 1, a: 2 }, { 10: 'a', 9: 'b' }, { a: 'half \ud83d' }]) {
    const odd = { ...facts, v0: { ...facts.v0, osv: [inCanonicalOrder(part)] } };
    expect(Buffer.from(canonicalFacts(odd as unknown as typeof facts).bytes).toString('utf8')).toBe(
      canonicalize({ ...odd, v0: { ...odd.v0, osv: [JSON.parse(JSON.stringify(part).replace('\\ud83d', '\ufffd'))] } }),
    );
  }
});

test('whatever a machine thinks of is written as the RFC 8785 library writes it, once put in order too: 2,000 values by seed', () => {
  const random = seeded(0x8785);
  const draw = (most: number): number => Math.floor(random() * most);
  const names = [
    'a',
    'b',
    'B',
    '1',
    '10',
    '9',
    '__proto__',
    '',
    'é',
    '\ufb33',
    '\ud83d\ude02',
    '\r',
    '\\ud',
    'toString',
  ];
  const leaves = [
    '',
    'text',
    '\\ud800',
    '\u2028',
    '"',
    null,
    true,
    0,
    -0,
    1e21,
    1e-7,
    333333333.33333329,
    5e-324,
    2 ** 53,
  ];
  const valueOf = (depth: number): unknown => {
    if (depth === 0 || random() < 0.3) return leaves[draw(leaves.length)];
    if (random() < 0.3) return Array.from({ length: draw(4) }, () => valueOf(depth - 1));
    return Object.fromEntries(
      Array.from({ length: draw(5) }, () => [names[draw(names.length)] ?? '', valueOf(depth - 1)]),
    );
  };
  const textOf = (content: unknown): string =>
    Buffer.from(canonicalFacts({ content } as unknown as Parameters<typeof canonicalFacts>[0]).bytes).toString('utf8');
  for (let run = 0; run < 2_000; run += 1) {
    const content = valueOf(4);
    const expected = canonicalize({ content });
    expect(textOf(content)).toBe(expected);
    if (typeof content === 'object' && content !== null) expect(textOf(inCanonicalOrder(content))).toBe(expected);
  }
});
