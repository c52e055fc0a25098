import { chunksOf, months, weekdays } from './go-layout.js';
import { daysOf, nanosOf } from './instant.js';

type Draft = {
  year: number;
  month: number;
  day: number;
  yearDay: number;
  hour: number;
  minute: number;
  second: number;
  nanos: number;
  afternoon: boolean | undefined;
  offset: number;
};

/** How a field reads: a pattern at the start of what is left, and what its text means. False refuses the value. */
type FieldReader = { readonly pattern: RegExp; readonly read: (draft: Draft, text: string) => boolean };

const within = (value: number, low: number, high: number): boolean => value >= low && value <= high;

const number = (
  pattern: RegExp,
  low: number,
  high: number,
  set: (draft: Draft, value: number) => void,
): FieldReader => ({
  pattern,
  read: (draft, text) => {
    const value = Number(text.trim());
    set(draft, value);
    return within(value, low, high);
  },
});

const name = (
  names: readonly string[],
  length: number | undefined,
  set: (draft: Draft, index: number) => void,
): FieldReader => ({
  pattern: new RegExp(`^(?:${names.map((full) => full.slice(0, length)).join('|')})`, 'i'),
  read: (draft, text) => {
    const index = names.findIndex((full) => full.slice(0, length).toLowerCase() === text.toLowerCase());
    set(draft, index);
    return index >= 0;
  },
});

const half = (pattern: RegExp): FieldReader => ({
  pattern,
  read: (draft, text) => {
    draft.afternoon = text.toLowerCase() === 'pm';
    return true;
  },
});

const setMonth = (draft: Draft, value: number): void => void (draft.month = value);
const setDay = (draft: Draft, value: number): void => void (draft.day = value);
const setYearDay = (draft: Draft, value: number): void => void (draft.yearDay = value);
const setHour = (draft: Draft, value: number): void => void (draft.hour = value);
const setMinute = (draft: Draft, value: number): void => void (draft.minute = value);
const setSecond = (draft: Draft, value: number): void => void (draft.second = value);
const fixedTwo = /^\d\d/;
const oneOrTwo = /^\d\d?/;

const readers: Readonly<Record<string, FieldReader>> = {
  January: name(months, undefined, (draft, index) => setMonth(draft, index + 1)),
  Jan: name(months, 3, (draft, index) => setMonth(draft, index + 1)),
  Monday: name(weekdays, undefined, () => undefined),
  Mon: name(weekdays, 3, () => undefined),
  '1': number(oneOrTwo, 1, 12, setMonth),
  '01': number(fixedTwo, 1, 12, setMonth),
  '2': number(oneOrTwo, 0, 99, setDay),
  _2: number(/^ ?\d\d?/, 0, 99, setDay),
  '02': number(fixedTwo, 0, 99, setDay),
  __2: number(/^(?: {2}\d| \d\d|\d{3})/, 0, 999, setYearDay),
  '002': number(/^\d{3}/, 0, 999, setYearDay),
  '15': number(oneOrTwo, 0, 23, setHour),
  '3': number(oneOrTwo, 0, 12, setHour),
  '03': number(fixedTwo, 0, 12, setHour),
  '4': number(oneOrTwo, 0, 59, setMinute),
  '04': number(fixedTwo, 0, 59, setMinute),
  '5': number(oneOrTwo, 0, 59, setSecond),
  '05': number(fixedTwo, 0, 59, setSecond),
  '2006': number(/^\d{4}/, 0, 9999, (draft, value) => void (draft.year = value)),
  '06': number(fixedTwo, 0, 99, (draft, value) => void (draft.year = value + (value >= 69 ? 1900 : 2000))),
  PM: half(/^[AP]M/),
  pm: half(/^[ap]m/),
  MST: { pattern: /^(?:ChST|MeST|WITA|GMT[+-]\d\d?|[A-Z]{3,4})/, read: () => true },
};

const readOffset = (chunk: string): FieldReader => {
  const parts = Array<string>(chunk.replace(/\D/g, '').length / 2).fill('\\d\\d');
  const offset = `[+-]${parts.join(chunk.includes(':') ? ':' : '')}`;
  return {
    pattern: new RegExp(chunk.startsWith('Z') ? `^(?:Z|${offset})` : `^${offset}`),
    read: (draft, text) => {
      const [hours = 0, minutes = 0, seconds = 0] = (text.match(/\d\d/g) ?? []).map(Number);
      draft.offset = (text.startsWith('-') ? -1 : 1) * (hours * 3600 + minutes * 60 + seconds);
      return hours <= 24 && minutes < 60 && seconds < 60;
    },
  };
};

const setFraction = (draft: Draft, text: string): boolean => {
  draft.nanos = Number(text.slice(1, 10).padEnd(9, '0'));
  return true;
};

const readFraction = (chunk: string): FieldReader =>
  chunk.endsWith('9')
    ? { pattern: /^(?:[.,]\d+)?/, read: (draft, text) => text === '' || setFraction(draft, text) }
    : { pattern: new RegExp(`^[.,]\\d{${chunk.length - 1}}`), read: setFraction };

const readerOf = (chunk: string): FieldReader =>
  readers[chunk] ?? (/^[.,]/.test(chunk) ? readFraction(chunk) : readOffset(chunk));

/** Go takes a fraction after the seconds even where the layout has none. */
const takesFraction = (chunk: string, next: string | undefined): boolean =>
  (chunk === '05' || chunk === '5') && (next === undefined || !/^[.,][09]/.test(next));

const consume = (layout: string, value: string, draft: Draft): boolean => {
  let rest = value;
  const chunks = chunksOf(layout);
  for (const [index, { kind, text }] of chunks.entries()) {
    const reader = kind === 'text' ? undefined : readerOf(text);
    const found = reader === undefined ? (rest.startsWith(text) ? text : undefined) : reader.pattern.exec(rest)?.[0];
    if (found === undefined || reader?.read(draft, found) === false) return false;
    rest = rest.slice(found.length);
    const fraction =
      kind === 'field' && takesFraction(text, chunks[index + 1]?.text) ? /^[.,]\d+/.exec(rest)?.[0] : undefined;
    if (fraction !== undefined) setFraction(draft, fraction);
    rest = rest.slice(fraction?.length ?? 0);
  }
  return rest === '';
};

const hourOf = ({ hour, afternoon }: Draft): number => {
  if (afternoon === true && hour < 12) return hour + 12;
  return afternoon === false && hour === 12 ? 0 : hour;
};

const lengthOfMonth = (year: number, month: number): number => daysOf(year, month + 1, 1) - daysOf(year, month, 1);

const settleDate = (draft: Draft): boolean => {
  if (draft.yearDay < 0) {
    draft.month = Math.max(draft.month, 1);
    draft.day = draft.day < 0 ? 1 : draft.day;
    return within(draft.day, 1, lengthOfMonth(draft.year, draft.month));
  }
  draft.month = 1;
  draft.day = draft.yearDay;
  return within(draft.yearDay, 1, daysOf(draft.year + 1, 1, 1) - daysOf(draft.year, 1, 1));
};

/**
 * Nanoseconds since 1970 of a text by a Go layout, undefined when it does not fit. Zone abbreviations count as UTC, as
 * Go has it for those it does not know. Source: Go, time/format.go, `Parse`.
 */
export const parseGoTime = (layout: string, value: string): bigint | undefined => {
  const draft: Draft = {
    year: 0,
    month: -1,
    day: -1,
    yearDay: -1,
    hour: 0,
    minute: 0,
    second: 0,
    nanos: 0,
    afternoon: undefined,
    offset: 0,
  };
  if (!consume(layout, value, draft) || !settleDate(draft)) return undefined;
  return nanosOf({ ...draft, hour: hourOf(draft) }) - BigInt(draft.offset) * 1_000_000_000n;
};
