import { daysOf } from './instant.js';
import type { Period } from './tz-file.js';

/** When a change of the clocks happens in a year: seconds since its beginning, in local time of what held before. */
type Change = (year: number) => number;

const name = '(?:<([^>]+)>|([A-Za-z]+))';
const offset = '([+-]?\\d+(?::\\d+){0,2})';
const rulePattern = new RegExp(`^${name}${offset}(?:${name}${offset}?,([^,]+),([^,]+))?$`);

const secondsOf = (text: string): number => {
  const [hours = 0, minutes = 0, seconds = 0] = text.replace(/^[+-]/, '').split(':').map(Number);
  return (text.startsWith('-') ? -1 : 1) * (hours * 3600 + minutes * 60 + seconds);
};

const isLeap = (year: number): boolean => daysOf(year + 1, 1, 1) - daysOf(year, 1, 1) === 366;

/** `Mm.w.d`: weekday d of week w of month m, week 5 the last. */
const dayOfWeek = (year: number, month: number, week: number, weekday: number): number => {
  const first = daysOf(year, month, 1);
  const ahead = (((weekday - 4 - first) % 7) + 7) % 7;
  const inMonth = daysOf(year, month + 1, 1) - first;
  const days = ahead + (week - 1) * 7;
  return first + (days >= inMonth ? days - 7 : days) - daysOf(year, 1, 1);
};

/** `Mm.w.d`, `Jn` (without the leap day) or `n`, with a time of day, else two o'clock. Source: POSIX, TZ. */
const changeOf = (text: string): Change => {
  const [date = '', time = '2'] = text.split('/');
  const seconds = secondsOf(time);
  const [month = 1, week = 1, weekday = 0] = date.slice(1).split('.').map(Number);
  if (date.startsWith('M')) return (year) => dayOfWeek(year, month, week, weekday) * 86_400 + seconds;
  if (date.startsWith('J')) return (year) => (month - 1 + (isLeap(year) && month >= 60 ? 1 : 0)) * 86_400 + seconds;
  return () => Number(date) * 86_400 + seconds;
};

type ZoneRule = (seconds: number) => Omit<Period, 'from'>;

/** A rule in POSIX's spelling as a function of the instant. Throws for what is none. */
export const readTzRule = (text: string): ZoneRule => {
  const match = rulePattern.exec(text);
  if (match === null) throw new Error(`no rule of a time zone: ${text}`);
  const [, quoted, plain, west = '0', summerQuoted, summerPlain, summerWest, begins, ends] = match;
  const winter = { offsetSeconds: -secondsOf(west), abbreviation: quoted ?? plain ?? '' };
  if (begins === undefined || ends === undefined) return () => winter;
  const summerOffset = summerWest === undefined ? winter.offsetSeconds + 3600 : -secondsOf(summerWest);
  const summer = { offsetSeconds: summerOffset, abbreviation: summerQuoted ?? summerPlain ?? '' };
  const [begin, end] = [changeOf(begins), changeOf(ends)];
  return (seconds) => {
    const year = new Date((seconds + winter.offsetSeconds) * 1000).getUTCFullYear();
    const since = seconds - daysOf(year, 1, 1) * 86_400;
    const [from, to] = [begin(year) - winter.offsetSeconds, end(year) - summer.offsetSeconds];
    const inSummer = from < to ? since >= from && since < to : since >= from || since < to;
    return inSummer ? summer : winter;
  };
};
