import { compare as pep440 } from '@renovatebot/pep440';
import { describe, expect, test } from 'vitest';
import type { Ecosystem } from '@weir/contracts';
import { compareVersions, isValidVersion } from './compare-versions.js';

const rows: readonly (readonly [Ecosystem, readonly string[]])[] = [
  ['PyPI', ['1.0.dev1', '1.0a1.dev1', '1.0a1', '1.0b2', '1.0rc1', '1.0', '1.0+local.1', '1.0.post1', '1.1', '1!0.1']],
  [
    'npm',
    [
      '0.0.0-0',
      '1.0.0-alpha',
      '1.0.0-alpha.1',
      '1.0.0-alpha.beta',
      '1.0.0-beta.2',
      '1.0.0-beta.11',
      '1.0.0-rc.1',
      '1.0.0',
      '1.0.1',
    ],
  ],
  ['crates.io', ['0.9.0-0', '0.9.0', '0.10.0', '1.0.0']],
  [
    'Go',
    [
      '0.0.0-20190101000000-abcdefabcdef',
      'v0.0.0-20200101000000-abcdefabcdef',
      '0.1.0',
      'v1.2.3-pre',
      '1.2.3',
      'v1.2.4-0.20210101000000-abcdefabcdef',
      'v2.0.0+incompatible',
      '2.0.1',
    ],
  ],
  ['Go', ['go1.20', 'go1.21rc2', '1.21.0', 'go1.21.1']],
];

describe('versions are ordered as their own ecosystem orders them', () => {
  test.each(rows)('%s: %s', (ecosystem, row) => {
    for (const [i, low] of row.entries()) {
      expect(isValidVersion(ecosystem, low), low).toBe(true);
      for (const high of row.slice(i + 1)) {
        expect([
          low,
          high,
          compareVersions(ecosystem, low, high) < 0,
          compareVersions(ecosystem, high, low) > 0,
        ]).toEqual([low, high, true, true]);
      }
    }
  });

  test.each([
    ['PyPI', '1.0', '1.0.0'],
    ['PyPI', '1.0-beta1', '1.0b1'],
    ['npm', 'v1.2.3', '1.2.3'],
    ['Go', 'v2.0.0+incompatible', '2.0.0'],
    ['Go', 'go1.20', '1.20.0'],
    ['crates.io', '1.0.0+build', '1.0.0'],
    ['Maven', '1.0.0.Final', '1'],
  ] as const)('%s: %s is %s', (ecosystem, a, b) => {
    expect(compareVersions(ecosystem, a, b)).toBe(0);
  });
});

describe('a version that its ecosystem cannot read', () => {
  test.each([
    ['PyPI', '2004d'],
    ['PyPI', '0.1-bulbasaur'],
    ['npm', 'latest'],
    ['Go', 'master'],
    ['Maven', ''],
    ['npm', '99999999999999999999.0.0'],
  ] as const)('%s %j is reported, and comes before every version that can be read', (ecosystem, version) => {
    expect(isValidVersion(ecosystem, version)).toBe(false);
    expect(compareVersions(ecosystem, version, '0.0.1')).toBeLessThan(0);
    expect(compareVersions(ecosystem, '0.0.1', version)).toBeGreaterThan(0);
    expect(compareVersions(ecosystem, version, version)).toBe(0);
  });

  test('is ordered among its kind by the numbers in it', () => {
    expect(['2010d', '2004e', '2004d', '0.10-x', '0.9-x'].sort((a, b) => compareVersions('PyPI', a, b))).toEqual([
      '0.9-x',
      '0.10-x',
      '2004d',
      '2004e',
      '2010d',
    ]);
  });
});

test('PEP 440 versions are ordered exactly as the library orders them, in all pairs of the awkward ones', () => {
  const releases = ['1', '1.0', '1.0.0', '1.10', '1.1', '1!1.0', '0.9', '1.0.1'];
  const suffixes = [
    '',
    'a1',
    '.0alpha1',
    'b2',
    'rc1',
    '.dev0',
    '.dev3',
    '.post0',
    '-0',
    '.post1',
    '.post1.dev2',
    'a1.dev1',
    'a1.post1',
    '+a',
    '+A',
    '+1',
    '+a.1',
    '+1.a',
    '+10',
    '+2',
  ];
  const versions = releases.flatMap((release) => suffixes.map((suffix) => release + suffix));
  const differing = versions.flatMap((a) =>
    versions
      .filter((b) => Math.sign(compareVersions('PyPI', a, b)) !== Math.sign(pep440(a, b)))
      .map((b) => `${a} ${b}`),
  );
  expect(differing).toEqual([]);
});
