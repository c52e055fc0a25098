import { chunksOf, months, weekdays } from './go-layout.js';
import { calendarOf, daysOf } from './instant.js';
import type { Calendar } from './instant.js';
import type { ZoneOffset } from './time-zone.js';

type Moment = { readonly calendar: Calendar; readonly zone: ZoneOffset };

const two = (value: number): string => String(value).padStart(2, '0');
const blank = (value: number, width: number): string => String(value).padStart(width, ' ');
const twelve = (hour: number): number => hour % 12 || 12;
const yearOf = (year: number): string => (year < 0 ? '-' : '') + String(Math.abs(year)).padStart(4, '0');
const dayOfYear = ({ year, month, day }: Calendar): number => daysOf(year, month, day) - daysOf(year, 1, 1) + 1;

const fields: Readonly<Record<string, (moment: Moment) => string>> = {
  January: ({ calendar }) => months[calendar.month - 1] ?? '',
  Jan: ({ calendar }) => (months[calendar.month - 1] ?? '').slice(0, 3),
  '1': ({ calendar }) => String(calendar.month),
  '01': ({ calendar }) => two(calendar.month),
  Monday: ({ calendar }) => weekdays[calendar.weekday] ?? '',
  Mon: ({ calendar }) => (weekdays[calendar.weekday] ?? '').slice(0, 3),
  '2': ({ calendar }) => String(calendar.day),
  _2: ({ calendar }) => blank(calendar.day, 2),
  '02': ({ calendar }) => two(calendar.day),
  __2: ({ calendar }) => blank(dayOfYear(calendar), 3),
  '002': ({ calendar }) => String(dayOfYear(calendar)).padStart(3, '0'),
  '15': ({ calendar }) => two(calendar.hour),
  '3': ({ calendar }) => String(twelve(calendar.hour)),
  '03': ({ calendar }) => two(twelve(calendar.hour)),
  '4': ({ calendar }) => String(calendar.minute),
  '04': ({ calendar }) => two(calendar.minute),
  '5': ({ calendar }) => String(calendar.second),
  '05': ({ calendar }) => two(calendar.second),
  '2006': ({ calendar }) => yearOf(calendar.year),
  '06': ({ calendar }) => two(Math.abs(calendar.year) % 100),
  PM: ({ calendar }) => (calendar.hour >= 12 ? 'PM' : 'AM'),
  pm: ({ calendar }) => (calendar.hour >= 12 ? 'pm' : 'am'),
  MST: ({ zone }) => zone.abbreviation,
};

/** `Z07:00` and its kin: how many parts they have and whether colons part them shows in their text. */
const formatOffset = (chunk: string, { offsetSeconds }: ZoneOffset): string => {
  if (chunk.startsWith('Z') && offsetSeconds === 0) return 'Z';
  const total = Math.abs(offsetSeconds);
  const parts = [Math.trunc(total / 3600), Math.trunc(total / 60) % 60, total % 60].map(two);
  const digits = chunk.replace(/\D/g, '').length;
  return (offsetSeconds < 0 ? '-' : '+') + parts.slice(0, digits / 2).join(chunk.includes(':') ? ':' : '');
};

const formatFraction = (chunk: string, nanos: number): string => {
  const digits = String(nanos)
    .padStart(9, '0')
    .slice(0, chunk.length - 1)
    .padEnd(chunk.length - 1, '0');
  const kept = chunk.endsWith('9') ? digits.replace(/0+$/, '') : digits;
  return kept === '' ? '' : chunk.slice(0, 1) + kept;
};

const formatField = (chunk: string, moment: Moment): string => {
  const field = fields[chunk];
  if (field !== undefined) return field(moment);
  return /^[.,]/.test(chunk) ? formatFraction(chunk, moment.calendar.nanos) : formatOffset(chunk, moment.zone);
};

/** An instant by a Go layout. Source: Go, time/format.go, `AppendFormat`. */
export const formatGoTime = (nanos: bigint, zone: ZoneOffset, layout: string): string => {
  const moment: Moment = { calendar: calendarOf(nanos, zone.offsetSeconds), zone };
  return chunksOf(layout)
    .map(({ kind, text }) => (kind === 'text' ? text : formatField(text, moment)))
    .join('');
};
