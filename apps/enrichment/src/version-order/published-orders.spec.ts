import { describe, expect, test } from 'vitest';
import { forEachSeed } from '../../../../tools/testing/random-cases.js';
import type { Ecosystem } from '@weir/contracts';
import goReleases from './orders/go-releases.json' with { type: 'json' };
import maven from './orders/maven.json' with { type: 'json' };
import pypi from './orders/pypi.json' with { type: 'json' };
import semver from './orders/semver.json' with { type: 'json' };
import { compareRead, readVersion } from './version.js';

/** Versions in the order of those who make it, lowest first, equal ones together (tools/version-orders). */
type Order = readonly (readonly string[])[];

const prefixed = semver.map((group) => group.flatMap((version) => [version, `v${version}`]));

/** npm takes no number of more digits than JavaScript keeps. */
const ofNpm = semver.map((group) => group.filter((version) => !/\d{16}/.test(version)));

const orders: readonly (readonly [what: string, ecosystem: Ecosystem, order: Order])[] = [
  ['packaging of PyPA', 'PyPI', pypi],
  ["Maven's ComparableVersion", 'Maven', maven],
  ["Go's x/mod/semver", 'npm', ofNpm],
  ["Go's x/mod/semver", 'crates.io', semver],
  ["Go's x/mod/semver, with v and without", 'Go', prefixed],
  ["Go's go/version", 'Go', goReleases],
];

/**
 * Where Maven 3.9.11 departs from its own specification (https://maven.apache.org/pom.html#version-order-specification),
 * which is what is implemented: release words with a number, m-1, and nothing but a qualifier after 0.
 */
const MAVEN_DEPARTS: readonly string[] = [
  'zebra before 0-jre-0',
  'zebra before 0v1-0',
  '3.Final3-release3 before 3-2',
  '3.Final3-release3 before 3-3',
  '3.Final3-release3 before 3.0.m-1',
  '3ga10.3 before 3-2',
  '3ga10.3 before 3-3',
  '3ga10.3 before 3.0.m-1',
  '3-2 before 3.0.m-1',
  '3-3 before 3.0.m-1',
  '3-90071992547409931-0m before 3.0.m-1',
  '3.2cr before 3.2-0cr',
  '10.9-final9-Final before 10.9-2',
  '10.9-final9-Final before 10.9-9',
  '11-final3 before 11-1v',
  '1011jre9 before 1011release-b',
];

describe('versions are ordered as those order them who make the order', () => {
  test.each(orders)('%s: all pairs of %s versions', (_who, ecosystem, order) => {
    const placed = order.flatMap((group, place) =>
      group.map((text) => ({ text, place, version: readVersion(ecosystem, text) })),
    );
    expect(placed.filter(({ version }) => version.order === 'none')).toEqual([]);
    const differing = placed.flatMap((a) =>
      placed.flatMap((b) =>
        a.place > b.place || Math.sign(compareRead(a.version, b.version)) === Math.sign(a.place - b.place)
          ? []
          : [`${a.text} ${a.place === b.place ? 'is' : 'before'} ${b.text}`],
      ),
    );
    expect(differing).toEqual(ecosystem === 'Maven' ? MAVEN_DEPARTS : []);
    expect(placed.length).toBeGreaterThan(300);
  });
});

describe('any texts', () => {
  const PIECES = [
    '0',
    '1',
    '2',
    '10',
    '.',
    '.',
    '-',
    '+',
    'v',
    'go',
    'rc',
    'a',
    'dev',
    'post',
    '!',
    '_',
    'x',
    ' ',
    'é',
  ];

  test.each(['PyPI', 'npm', 'Go', 'crates.io', 'Maven'] as const)(
    'of %s, readable or not, have one total order: antisymmetric and transitive',
    (ecosystem) => {
      forEachSeed(60, (chance) => {
        const text = (): string =>
          chance
            .listOf(3, () => chance.pick(['1', '2.0', '1.0.0']))
            .concat(chance.listOf(6, () => chance.pick(PIECES)))
            .join('');
        const versions = Array.from({ length: 20 }, () => readVersion(ecosystem, text()));
        for (const a of versions)
          for (const b of versions) {
            if (Math.sign(compareRead(a, b)) !== Math.sign(-compareRead(b, a)))
              throw new Error(`${JSON.stringify([a.text, b.text])} depends on who is asked first`);
            for (const c of versions)
              if (compareRead(a, b) <= 0 && compareRead(b, c) <= 0 && compareRead(a, c) > 0)
                throw new Error(`${JSON.stringify([a.text, b.text, c.text])} is no order`);
          }
      });
    },
  );
});
