import { describe, expect, test } from 'vitest';
import type { AdvisoryRecord } from '../advisory-record/advisory-record.js';
import { parseAdvisory } from '../advisory-record/parse-advisory.js';
import type { Ecosystem } from '@weir/contracts';
import { isAffected } from './is-affected.js';

type Events = readonly Readonly<Record<string, string>>[];

const advisory = (
  ecosystem: string,
  name: string,
  events: Events,
  rest: object = {},
  type = 'SEMVER',
): AdvisoryRecord => {
  const affected = [{ package: { ecosystem, name }, ranges: [{ type, events }], ...rest }];
  const record = parseAdvisory({ id: 'GHSA-test', modified: '2026-01-01T00:00:00Z', affected });
  if ('refused' in record) throw new Error(record.refused);
  return record;
};

const affectedVersions = (
  record: AdvisoryRecord,
  ecosystem: Ecosystem,
  name: string,
  versions: readonly string[],
): string[] => versions.filter((version) => isAffected(record, { ecosystem, name, version }) !== null);

const lodash = (version: string) => ({ ecosystem: 'npm' as const, name: 'lodash', version });

describe("OSV's evaluation of ranges", () => {
  test('fixed is the first good version, last_affected the last bad one', () => {
    const fixed = advisory('npm', 'lodash', [{ introduced: '1.0.0' }, { fixed: '2.0.0' }]);
    const last = advisory('npm', 'lodash', [{ introduced: '0' }, { last_affected: '2.0.0' }]);
    const versions = ['0.9.0', '1.0.0', '1.9.9', '2.0.0-rc.1', '2.0.0', '2.0.1'];
    expect(affectedVersions(fixed, 'npm', 'lodash', versions)).toEqual(['1.0.0', '1.9.9', '2.0.0-rc.1']);
    expect(affectedVersions(last, 'npm', 'lodash', versions)).toEqual([
      '0.9.0',
      '1.0.0',
      '1.9.9',
      '2.0.0-rc.1',
      '2.0.0',
    ]);
  });

  test('events may stand in any order', () => {
    const record = advisory('npm', 'a', [
      { fixed: '3.1.0' },
      { introduced: '2.0.0' },
      { fixed: '1.5.0' },
      { introduced: '0' },
      { introduced: '3.0.0' },
      { last_affected: '2.4.0' },
    ]);
    expect(affectedVersions(record, 'npm', 'a', ['1.4.9', '1.5.0', '2.4.0', '2.4.1', '3.0.5', '3.1.0'])).toEqual([
      '1.4.9',
      '2.4.0',
      '3.0.5',
    ]);
  });

  test('a range that ends where the next begins has no gap, and one that ends where it begins is empty', () => {
    expect(
      affectedVersions(
        advisory('npm', 'a', [{ introduced: '0' }, { fixed: '2.0.0' }, { introduced: '2.0.0' }, { fixed: '3.0.0' }]),
        'npm',
        'a',
        ['2.0.0'],
      ),
    ).toEqual(['2.0.0']);
    expect(
      affectedVersions(advisory('npm', 'a', [{ introduced: '2.0.0' }, { fixed: '2.0.0' }]), 'npm', 'a', [
        '2.0.0',
        '2.0.1',
      ]),
    ).toEqual([]);
  });

  test('a limit ends what is affected', () => {
    expect(
      affectedVersions(advisory('npm', 'a', [{ introduced: '0' }, { limit: '2.0.0' }]), 'npm', 'a', ['1.0.0', '2.0.0']),
    ).toEqual(['1.0.0']);
    expect(
      affectedVersions(advisory('npm', 'a', [{ introduced: '0' }, { limit: '*' }]), 'npm', 'a', ['1.0.0', '2.0.0']),
    ).toEqual(['1.0.0', '2.0.0']);
  });

  test('commit ranges are no statement about versions', () => {
    expect(isAffected(advisory('npm', 'lodash', [{ introduced: '0' }], {}, 'GIT'), lodash('1.0.0'))).toBeNull();
  });

  test('a version in the list is affected, whatever the ranges say, however it is spelt', () => {
    const record = advisory(
      'PyPI',
      'Zope.Interface',
      [{ introduced: '5' }, { fixed: '6' }],
      { versions: ['1.0', '2004d'] },
      'ECOSYSTEM',
    );
    expect(affectedVersions(record, 'PyPI', 'zope-interface', ['1.0', '1.0.0', '1.1', '2004d', '5.5'])).toEqual([
      '1.0',
      '1.0.0',
      '2004d',
      '5.5',
    ]);
    expect(isAffected(record, { ecosystem: 'PyPI', name: 'zope_interface', version: '1.0.0' })).toMatchObject({
      listed: true,
      hitRanges: [],
    });
  });

  test('an end that cannot be read leaves the range open: rather too much than too little', () => {
    expect(
      affectedVersions(
        advisory('PyPI', 'a', [{ introduced: '0' }, { last_affected: '2018-04-22b' }], {}, 'ECOSYSTEM'),
        'PyPI',
        'a',
        ['1', '9999'],
      ),
    ).toEqual(['1', '9999']);
    expect(
      affectedVersions(
        advisory('PyPI', 'a', [{ introduced: '0' }, { last_affected: '2.5.0-NA' }], {}, 'ECOSYSTEM'),
        'PyPI',
        'a',
        ['2.5.0', '2.5.1'],
      ),
    ).toEqual(['2.5.0']);
  });

  test('a package version that cannot be read is affected by what begins at the beginning', () => {
    expect(
      isAffected(advisory('PyPI', 'a', [{ introduced: '0' }, { fixed: '1' }], {}, 'ECOSYSTEM'), {
        ecosystem: 'PyPI',
        name: 'a',
        version: 'trunk',
      }),
    ).not.toBeNull();
  });
});

describe('an advisory', () => {
  test('that was withdrawn concerns nothing', () => {
    const record = { ...advisory('npm', 'lodash', [{ introduced: '0' }]), withdrawn: '2026-01-01T00:00:00Z' };
    expect(isAffected(record, lodash('1.0.0'))).toBeNull();
  });

  test('of another package or another ecosystem concerns nothing', () => {
    const record = advisory('npm', 'lodash', [{ introduced: '0' }]);
    expect(isAffected(record, { ...lodash('1.0.0'), name: 'lodash-es' })).toBeNull();
    expect(isAffected(record, { ...lodash('1.0.0'), ecosystem: 'PyPI' })).toBeNull();
  });

  test('tells the ranges that hit, all ranges, and the fixes above this version', () => {
    const record = advisory('npm', 'lodash', [
      { introduced: '1.0.0' },
      { fixed: '1.2.3' },
      { introduced: '2.0.0' },
      { fixed: '2.10.0' },
      { introduced: '3.0.0' },
      { last_affected: '3.0.0' },
    ]);
    expect(isAffected(record, lodash('2.1.0'))).toMatchObject({
      listed: false,
      hitRanges: ['>= 2.0.0, < 2.10.0'],
      affectedRanges: ['>= 1.0.0, < 1.2.3', '>= 2.0.0, < 2.10.0', '= 3.0.0'],
      fixedIn: ['2.10.0'],
    });
    expect(isAffected(record, lodash('1.0.0'))).toMatchObject({ fixedIn: ['1.2.3', '2.10.0'] });
  });

  test('does not offer as a fix what it calls affected elsewhere', () => {
    const ranges = [
      { type: 'SEMVER', events: [{ introduced: '0' }, { fixed: '1.5.0' }] },
      { type: 'SEMVER', events: [{ introduced: '1.0.0' }, { fixed: '2.0.0' }] },
    ];
    expect(isAffected(advisory('npm', 'lodash', [{ introduced: '0' }], { ranges }), lodash('1.1.0'))).toMatchObject({
      fixedIn: ['2.0.0'],
    });
  });
});
