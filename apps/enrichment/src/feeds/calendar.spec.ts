import { describe, expect, test } from 'vitest';
import { instantOf, isDay, latestBelieved } from './calendar.js';

/** Without the calendar of JavaScript: days of a month by the rule of Gregory XIII. */
const daysOf = (year: number, month: number): number => {
  if (month === 2) return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0 ? 29 : 28;
  return [4, 6, 9, 11].includes(month) ? 30 : 31;
};
const text = (year: number, month: number, day: number): string =>
  [String(year).padStart(4, '0'), String(month).padStart(2, '0'), String(day).padStart(2, '0')].join('-');

describe('days', () => {
  test('are those of the calendar, in every month of 14 years and for every two digits', () => {
    const wrong: string[] = [];
    for (const year of [0, 1, 4, 99, 100, 1582, 1900, 2000, 2024, 2025, 2026, 2100, 2400, 9999])
      for (let month = 0; month < 100; month += 1)
        for (let day = 0; day < 100; day += 1) {
          const exists = year > 0 && month >= 1 && month <= 12 && day >= 1 && day <= daysOf(year, month);
          if (isDay(text(year, month, day)) !== exists) wrong.push(text(year, month, day));
        }
    expect(wrong).toEqual([]);
  });

  test.each(['', '2026-1-01', '2026-01-01 ', '+02026-01-01', '20260101', '2026-01-01T00:00:00Z', '２０２６-01-01'])(
    'are not "%s"',
    (no) => expect(isDay(no)).toBe(false),
  );
});

describe('instants', () => {
  test.each([
    ['2026-11-22T09:30:00Z', '2026-11-22T09:30:00.000Z'],
    ['2024-12-16T15:01:34.5147Z', '2024-12-16T15:01:34.514Z'],
    ['2026-11-22t09:30:00z', '2026-11-22T09:30:00.000Z'],
    ['2026-11-22 09:30:00Z', '2026-11-22T09:30:00.000Z'],
    ['2026-11-22T09:30:00+02:00', '2026-11-22T07:30:00.000Z'],
    ['2026-11-22T09:30:00-0930', '2026-11-22T19:00:00.000Z'],
    ['2016-12-31T23:59:60Z', '2016-12-31T23:59:59.000Z'],
    ['0001-01-01T00:00:00Z', '0001-01-01T00:00:00.000Z'],
    ['2026-11-22', '2026-11-22T00:00:00.000Z'],
    ['2026-11-22T09:30:00', '2026-11-22T09:30:00.000Z'],
  ])('%s is %s', (stated, instant) => expect(instantOf(stated)).toBe(instant));

  test.each([
    '2026-02-30T00:00:00Z',
    '2025-02-29T00:00:00Z',
    '2026-11-31',
    '2026-11-22T24:00:00Z',
    '2026-11-22T09:60:00Z',
    '2026-11-22T09:30:61Z',
    '2026-11-22T09:30:00+24:00',
    '0000-01-01T00:00:00Z',
    '0001-01-01T00:00:00+01:00',
    '9999-12-31T23:59:59-01:00',
    '+020000-01-01T00:00:00Z',
    'yesterday',
    'Jan 1 2026',
    '2026',
    '',
  ])('%s is none', (no) => expect(instantOf(no)).toBeNull());
});

test('a date may be a day ahead', () => {
  expect(latestBelieved('2026-11-30T18:00:00.000Z')).toBe('2026-12-01T18:00:00.000Z');
});
