import { describe, expect, test } from 'vitest';
import {
  includedInRanges,
  placedRanges,
  publicPart,
  standing,
  type Place,
} from '../../../../tools/testing/osv-pseudo-code.js';
import { forEachSeed, type Chance } from '../../../../tools/testing/random-cases.js';
import { readSharedLines, sharedData } from '../../../../tools/testing/shared-data.js';
import type { AdvisoryRecord } from '../advisory-record/advisory-record.js';
import { parseAdvisory } from '../advisory-record/parse-advisory.js';
import type { Ecosystem } from '@weir/contracts';
import goReleases from '../version-order/orders/go-releases.json' with { type: 'json' };
import maven from '../version-order/orders/maven.json' with { type: 'json' };
import pypi from '../version-order/orders/pypi.json' with { type: 'json' };
import semver from '../version-order/orders/semver.json' with { type: 'json' };
import { readVersion } from '../version-order/version.js';
import { isAffected } from './is-affected.js';

/** Maven orders these otherwise than its specification does: published-orders.spec.ts. */
const DEPART = [
  'zebra',
  '0-jre-0',
  '0v1-0',
  '3.Final3-release3',
  '3ga10.3',
  '3.0.m-1',
  '3.2cr',
  '3.2-0cr',
  '10.9-final9-Final',
  '11-final3',
  '1011jre9',
];

/** Versions whose order others state (tools/version-orders). npm has no numbers of sixteen digits. */
const orders: Readonly<Record<string, readonly (readonly string[])[]>> = {
  PyPI: pypi,
  Maven: maven.map((group) => group.filter((version) => !DEPART.includes(version))),
  npm: semver.map((group) => group.filter((version) => !/\d{16}/.test(version))),
  'crates.io': semver,
  Go: goReleases,
};

const placesIn = (ecosystem: Ecosystem, order: readonly (readonly string[])[]): ReadonlyMap<string, Place> => {
  const numbers = new Map(order.flatMap((group, at) => group.map((version) => [version, at] as const)));
  return new Map(
    [...numbers].map(([version, at]) => [
      version,
      { at, publicAt: numbers.get(publicPart(ecosystem, version)) ?? Number.NaN },
    ]),
  );
};

interface Generated {
  readonly ecosystem: Ecosystem;
  readonly affected: readonly {
    readonly package: { readonly ecosystem: string; readonly name: string };
    readonly ranges: readonly { readonly type: string; readonly events: readonly Record<string, string>[] }[];
    readonly versions: readonly string[];
  }[];
}

/** Any affected entries of one package: ranges of every type, events of every kind in any order, lists. */
const generate = (chance: Chance, ecosystem: Ecosystem, versions: readonly string[]): Generated => {
  const event = (): Record<string, string> => {
    const kind = chance.pick(['introduced', 'introduced', 'introduced', 'fixed', 'fixed', 'last_affected', 'limit']);
    const special = kind === 'introduced' ? '0' : kind === 'limit' ? '*' : null;
    return { [kind]: special !== null && chance.happens(0.3) ? special : chance.pick(versions) };
  };
  const range = () => ({
    type: chance.pick(['SEMVER', 'ECOSYSTEM', 'ECOSYSTEM', 'GIT']),
    events: [event(), ...chance.listOf(5, event)],
  });
  const entry = () => ({
    package: { ecosystem, name: 'demo' },
    ranges: chance.listOf(3, range),
    versions: chance.listOf(2, () => chance.pick(versions)),
  });
  return { ecosystem, affected: [entry(), ...chance.listOf(2, entry)] };
};

const recordOf = ({ affected }: Pick<Generated, 'affected'>): AdvisoryRecord => {
  const record = parseAdvisory({ id: 'TEST-1', modified: '2026-01-01T00:00:00Z', affected });
  if ('refused' in record) throw new Error(record.refused);
  return record;
};

/** IsVulnerable of https://ossf.github.io/osv-schema/#evaluation */
const isVulnerable = (record: AdvisoryRecord, version: Place, places: ReadonlyMap<string, Place>): boolean =>
  record.affected.some(({ ranges, versions }) => {
    const listed = versions.flatMap((text) => places.get(text) ?? []);
    return (
      listed.some(({ at, publicAt }) => standing(version, { at, isLocal: at !== publicAt }) === 0) ||
      includedInRanges(version, placedRanges(ranges, places) ?? [])
    );
  });

const affects = (record: AdvisoryRecord, ecosystem: Ecosystem, version: string): boolean =>
  isAffected(record, { ecosystem, name: 'demo', version }) !== null;

describe("OSV's evaluation, as its schema writes it down, over orders that others state", () => {
  test.each(Object.keys(orders) as Ecosystem[])('%s: generated entries', (ecosystem) => {
    const places = placesIn(ecosystem, orders[ecosystem] ?? []);
    const versions = [...places.keys()];
    let [yes, no] = [0, 0];
    forEachSeed(400, (chance) => {
      const few = Array.from({ length: 2 + chance.below(10) }, () => chance.pick(versions));
      const builds = few.flatMap((version) => versions.filter((other) => other.startsWith(`${version}+`)).slice(0, 2));
      const generated = generate(chance, ecosystem, [...few, ...builds]);
      const record = recordOf(generated);
      for (const version of [...few, ...builds, ...Array.from({ length: 8 }, () => chance.pick(versions))]) {
        const expected = isVulnerable(record, places.get(version) ?? { at: NaN, publicAt: NaN }, places);
        if (expected) yes += 1;
        else no += 1;
        if (affects(record, ecosystem, version) !== expected)
          throw new Error(`${version} is ${expected ? '' : 'not '}vulnerable by ${JSON.stringify(generated.affected)}`);
      }
    });
    expect(Math.min(yes, no)).toBeGreaterThan(1000);
  });
});

describe('cases', () => {
  const one = (ecosystem: Ecosystem, ranges: readonly object[], versions: readonly string[] = []): AdvisoryRecord =>
    recordOf({ affected: [{ package: { ecosystem, name: 'demo' }, ranges, versions }] as Generated['affected'] });

  test('a limit belongs to its range: the other range of the entry goes on', () => {
    const record = one('npm', [
      { type: 'SEMVER', events: [{ introduced: '1.0.0' }, { limit: '2.0.0' }] },
      { type: 'SEMVER', events: [{ introduced: '5.0.0' }] },
    ]);
    expect(['0.9.0', '1.5.0', '2.0.0', '5.1.0'].filter((version) => affects(record, 'npm', version))).toEqual([
      '1.5.0',
      '5.1.0',
    ]);
    expect(isAffected(record, { ecosystem: 'npm', name: 'demo', version: '1.5.0' })).toMatchObject({
      hitRanges: ['>= 1.0.0, < 2.0.0'],
      affectedRanges: ['>= 1.0.0, < 2.0.0', '>= 5.0.0'],
    });
  });

  test.each<[string, readonly object[], readonly string[], boolean]>([
    ['last_affected 2.6.0', [{ introduced: '0' }, { last_affected: '2.6.0' }], [], true],
    ['a list that names 2.6.0', [], ['2.6.0'], true],
    ['introduced 2.6.0', [{ introduced: '2.6.0' }], [], true],
    ['fixed 2.6.0', [{ introduced: '0' }, { fixed: '2.6.0' }], [], false],
    ['limit 2.6.0', [{ introduced: '0' }, { limit: '2.6.0' }], [], false],
    ['last_affected 2.5.1', [{ introduced: '0' }, { last_affected: '2.5.1' }], [], false],
    ['a list that names 2.6.0+cpu', [], ['2.6.0+cpu'], false],
    ['a list that names 2.6.0+cu118', [], ['2.6.0+cu118'], true],
    ['fixed 2.6.0+cu121', [{ introduced: '0' }, { fixed: '2.6.0+cu121' }], [], true],
    ['fixed 2.6.0+cu118', [{ introduced: '0' }, { fixed: '2.6.0+cu118' }], [], false],
  ])('of PyPI 2.6.0+cu118 against %s', (_what, events, versions, expected) => {
    const record = one('PyPI', events.length === 0 ? [] : [{ type: 'ECOSYSTEM', events }], versions);
    expect(affects(record, 'PyPI', '2.6.0+cu118')).toBe(expected);
  });

  test.each<[Ecosystem, string]>([
    ['npm', '1.2.3+build.5'],
    ['crates.io', '1.2.3+build.5'],
    ['Go', 'v1.2.3+incompatible'],
  ])("of %s a version's build counts nowhere: %s is 1.2.3", (ecosystem, version) => {
    const range = (events: readonly object[]) => one(ecosystem, [{ type: 'SEMVER', events }]);
    expect(affects(range([{ introduced: '0' }, { fixed: '1.2.3' }]), ecosystem, version)).toBe(false);
    expect(affects(range([{ introduced: '0' }, { last_affected: '1.2.3' }]), ecosystem, version)).toBe(true);
    expect(affects(range([{ introduced: '0' }, { fixed: '1.2.3+other' }]), ecosystem, version)).toBe(false);
    expect(affects(one(ecosystem, [], ['1.2.3']), ecosystem, version)).toBe(true);
  });

  test.each(['go1.21rc3', '1.21rc3', 'go1.21rc3 X:nocoverageredesign', '1.21.0-rc.3', 'v1.21.0-rc.3'])(
    'GO-2023-1987 affects %s of Go, which comes before the fix 1.21.0-rc.4',
    (version) => {
      const record = one('Go', [{ type: 'SEMVER', events: [{ introduced: '1.21.0-0' }, { fixed: '1.21.0-rc.4' }] }]);
      expect(affects(record, 'Go', version)).toBe(true);
    },
  );

  test.each(['go1.21rc4', 'go1.21.0', 'go1.21', 'go1.21.3-corp', 'go1.22rc1'])(
    'GO-2023-1987 leaves %s out',
    (version) => {
      const record = one('Go', [{ type: 'SEMVER', events: [{ introduced: '1.21.0-0' }, { fixed: '1.21.0-rc.4' }] }]);
      expect(affects(record, 'Go', version)).toBe(false);
    },
  );
});

describe.runIf(sharedData !== null)('the real advisories of PyPI (not asked where the shared data is absent)', () => {
  const records = (): AdvisoryRecord[] =>
    readSharedLines('osv/pypi-pysec.jsonl.gz').flatMap((line) => {
      const record = parseAdvisory(JSON.parse(line));
      return 'refused' in record ? [] : [record];
    });
  const affecting = (all: readonly AdvisoryRecord[], name: string, version: string): readonly string[] =>
    all.filter((record) => isAffected(record, { ecosystem: 'PyPI', name, version }) !== null).map(({ id }) => id);

  test('torch 2.6.0+cu118 has the 17 advisories of 2.6.0', () => {
    const all = records();
    expect(affecting(all, 'torch', '2.6.0')).toHaveLength(17);
    expect(affecting(all, 'torch', '2.6.0+cu118')).toEqual(affecting(all, 'torch', '2.6.0'));
  });

  test('a build of any version that a record names has the advisories of that version', () => {
    const named = records().flatMap((record) =>
      record.affected.flatMap(({ package: named, ranges, versions }) => {
        const stated = [...versions.slice(-3), ...ranges.flatMap(({ events }) => events.map(({ version }) => version))];
        return stated
          .filter((version) => /^\d/.test(version) && !version.includes('+'))
          .map((version) => ({ record, name: named?.name ?? '', version }));
      }),
    );
    const differing = named.filter(({ record, name, version }) => {
      const affects = (text: string) => isAffected(record, { ecosystem: 'PyPI', name, version: text }) !== null;
      return readVersion('PyPI', version).order !== 'none' && affects(version) !== affects(`${version}+cu118`);
    });
    expect(differing.map(({ record, version }) => `${record.id} ${version}`)).toEqual([]);
    expect(named.length).toBeGreaterThan(10_000);
  });
});
