import { describe, expect, test } from 'vitest';
import { seeded } from '../../../../tools/testing/seeded.js';
import { holdBack, type FileEffect } from './hold-back.js';

const NOTHING: FileEffect = { known: 0, absent: 0, unreadable: 0, moved: 0, lowered: 0, lost: 0 };
const effect = (told: Partial<FileEffect>): FileEffect => ({ ...NOTHING, ...told });

describe('real files are let in', () => {
  test.each([
    ['a week of EPSS', effect({ known: 354_592, absent: 104, moved: 25_399, lowered: 3_078, lost: 0.000_56 })],
    ['a new model', effect({ known: 341_309, absent: 421, moved: 340_777, lowered: 163_865, lost: 0.386 })],
    [
      'the part of it in the examples',
      effect({ known: 12_854, absent: 1, moved: 12_849, lowered: 5_944, lost: 0.394 }),
    ],
    ['the first file', effect({})],
  ])('%s', (_, real) => {
    expect(holdBack('epss', real)).toBeNull();
  });

  test('a catalogue that CISA took five entries from', () => {
    expect(holdBack('kev', effect({ known: 1_660, absent: 5 }))).toBeNull();
  });
});

describe('a file that releases more than its feed ever does is held back', () => {
  test.each([
    ['4.1 % of EPSS are gone', effect({ known: 280_000, absent: 11_480 }), 'leaves out 11480 of 280000'],
    ['every score is 0', effect({ known: 354_592, moved: 354_592, lowered: 354_592, lost: 1 }), '100.0 %'],
    ['scores in the place of percents', effect({ known: 354_592, moved: 354_592, lowered: 354_592, lost: 0.99 }), '99'],
    ['the high scores are 0', effect({ known: 354_592, moved: 775, lowered: 775, lost: 0.071 }), 'lowers 775'],
    ['rows are no scores', effect({ known: 354_592, unreadable: 20_000 }), '20000 of its rows'],
  ])('%s', (_, told, words) => {
    expect(holdBack('epss', told)?.reasons.join()).toContain(words);
  });

  test('10 of 1,662 entries of KEV are left', () => {
    expect(holdBack('kev', effect({ known: 1_662, absent: 1_652 }))?.reasons).toEqual([
      'it leaves out 1652 of 1662 known entries, and a true file leaves out at most 8',
    ]);
  });
});

const SEED = 20261130;

test(`who releases more is never let in where who releases less is not (20,000 pairs, seed ${SEED})`, () => {
  const random = seeded(SEED);
  const count = (): number => Math.floor(400_000 * random() ** 4);
  const of = { both: 0, less: 0 };
  for (let round = 0; round < 20_000; round += 1) {
    const feed = random() < 0.5 ? 'epss' : 'kev';
    const known = count();
    const less = { known, absent: count(), unreadable: 0, moved: known, lowered: count(), lost: random() };
    const worse = { ...less, absent: less.absent + count(), lost: Math.max(less.lost, random()) };
    const [first, second] = [holdBack(feed, less), holdBack(feed, worse)];
    if (first === null) of.less += 1;
    else {
      of.both += 1;
      expect(second, JSON.stringify({ feed, less, worse })).not.toBeNull();
      expect(second?.falls === true || !first.falls, JSON.stringify({ feed, less, worse })).toBe(true);
    }
  }
  expect(Math.min(of.both, of.less), 'both kinds were drawn').toBeGreaterThan(500);
});
