import { expect, test } from 'vitest';
import { forEachSeed, type Chance } from '../../../../tools/testing/random-cases.js';
import { changedNumberIn } from './refuse-changed-numbers.js';

test.each([
  ['{"parameters":{"x":1e999}}', '/parameters/x', 'Infinity'],
  ['{"parameters":{"x":12345678901234567890123}}', '/parameters/x', '1.2345678901234568e+22'],
  ['[0, 9007199254740993]', '/1', '9007199254740992'],
  ['-1e400', '', '-Infinity'],
  ['1e-400', '', '0'],
  ['{"a":[1.00000000000000000001]}', '/a/0', '1'],
])('%s would be read as another number, and is refused by its place', (text, pointer, read) => {
  const found = changedNumberIn(text);
  expect(found?.pointer).toBe(pointer);
  expect(found?.detail).toContain(`would be read as ${read}: use at most 15 digits`);
});

test.each([
  '0.1',
  '1e22',
  '-0',
  '0e999',
  '1.50000000000000000000',
  '100000000000000000000000',
  '5e-324',
  '1.7976931348623157e308',
  '0.30000000000000004',
  '"1e999 in a text"',
  '{"12345678901234567890123":"\\"1e999"}',
  'true',
])('%s is read as it is written', (text) => {
  expect(changedNumberIn(text)).toBeNull();
});

const digits = (chance: Chance, most: number): string =>
  Array.from({ length: 1 + chance.below(most) }, () => chance.below(10)).join('');

const randomNumber = (chance: Chance): string => {
  const whole = chance.happens(0.3) ? '0' : `${1 + chance.below(9)}${chance.happens(0.5) ? digits(chance, 22) : ''}`;
  const fraction = chance.happens(0.5) ? `.${digits(chance, 22)}` : '';
  const exponent = chance.happens(0.3) ? `${chance.pick(['e', 'E', 'e+', 'e-'])}${chance.below(340)}` : '';
  return `${chance.pick(['', '-'])}${whole}${fraction}${exponent}`;
};

/** The value that a text of JSON names, exactly: as a fraction of whole numbers. */
const exactly = (source: string): readonly [bigint, bigint] => {
  const [, sign = '', whole = '', fraction = '', exponent = '0'] =
    /^(-?)(\d+)(?:\.(\d+))?(?:e([+-]?\d+))?$/i.exec(source) ?? [];
  const power = BigInt(exponent) - BigInt(fraction.length);
  const number = BigInt(`${sign}${whole}${fraction}`);
  return power >= 0n ? [number * 10n ** power, 1n] : [number, 10n ** -power];
};

const isSame = ([a, b]: readonly [bigint, bigint], [c, d]: readonly [bigint, bigint]): boolean => a * d === c * b;

test('of any numbers, those are refused that JavaScript would write as other ones', () => {
  const counts = { taken: 0, refused: 0 };
  forEachSeed(5_000, (chance) => {
    const source = randomNumber(chance);
    const read = Number(source);
    const isKept = Number.isFinite(read) && isSame(exactly(String(read)), exactly(source));
    expect([source, changedNumberIn(`{"a":["${source}",${source}]}`)?.pointer]).toEqual([
      source,
      isKept ? undefined : '/a/1',
    ]);
    counts[isKept ? 'taken' : 'refused'] += 1;
  });
  expect(Math.min(counts.taken, counts.refused)).toBeGreaterThan(500);
});
