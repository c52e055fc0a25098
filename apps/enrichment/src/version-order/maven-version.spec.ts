import { describe, expect, test } from 'vitest';
import { compareVersions } from './compare-versions.js';

const compare = (a: string, b: string): number => Math.sign(compareVersions('Maven', a, b));

/** The orders that Maven's own documentation and tests state (maven.apache.org/pom.html#version-order-specification). */
const ascending = [
  [
    '1-alpha2snapshot',
    '1-alpha2',
    '1-alpha-123',
    '1-beta-2',
    '1-beta123',
    '1-m2',
    '1-m11',
    '1-rc',
    '1-cr2',
    '1-rc123',
    '1-SNAPSHOT',
    '1',
    '1-sp',
    '1-sp2',
    '1-sp123',
    '1-abc',
    '1-def',
    '1-pom-1',
    '1-1-snapshot',
    '1-1',
    '1-2',
    '1-123',
  ],
  [
    '2.0',
    '2.0.a',
    '2-1',
    '2.0.2',
    '2.0.123',
    '2.1.0',
    '2.1-a',
    '2.1b',
    '2.1-c',
    '2.1-1',
    '2.1.0.1',
    '2.2',
    '2.123',
    '11.a2',
    '11.a11',
    '11.b2',
    '11.b11',
    '11.m2',
    '11.m11',
    '11',
    '11.a',
    '11b',
    '11c',
    '11m',
  ],
  ['1-alpha', '1-beta', '1-milestone', '1-rc', '1-snapshot', '1', '1-sp', '1-foo', '1-1', '1.1'],
  ['6.1.0rc3', '6.1.0', '6.1H.5-beta'],
  ['20190126.230843', '1234567890.12345', '123456789012345.1H.5-beta', '12345678901234567890.1H.5-beta'],
  ['1-0.alpha', '1-0.beta', '1'],
  ['1.0.0.RC1', '1.0.0-RC2', '1.0.0'],
  ['2.0.0.Beta1', '2.0.0.Final', '2.0.0.SP1', '2.0.1.Final'],
  ['1.0-alpha-1-SNAPSHOT', '1.0-alpha-1', '1.0-SNAPSHOT', '1.0', '1.0-1', '1.0.1'],
  ['2.0.1', '2.0.1-klm', '2.0.1-lmn', '2.0.1-123'],
];

const equal = [
  ['1', '1.0', '1.0.0', '1-0', '1.0-0', '1.ga', '1-final', '1.0.0.RELEASE', '1.', '1-'],
  ['1a1', '1-alpha-1', '1.0.0-a1'],
  ['1m3', '1MileStone3', '1.0-milestone-3'],
  ['1Cr', '1rc', '1-RC'],
  ['2-x', '2.0.x', '2.0.0.x', '2.0.0-X'],
  ['1.0.0-foo.0.0', '1-foo'],
  ['0001', '01', '1'],
];

describe("Maven's version order", () => {
  test.each(ascending)('%s comes first of its row, and every pair in the row is in order', (...row) => {
    for (const [i, low] of row.entries()) {
      for (const high of row.slice(i + 1))
        expect([low, high, compare(low, high), compare(high, low)]).toEqual([low, high, -1, 1]);
    }
  });

  test.each(equal)('%s and the rest of its row are one version', (...row) => {
    for (const a of row) for (const b of row) expect([a, b, compare(a, b)]).toEqual([a, b, 0]);
  });
});
