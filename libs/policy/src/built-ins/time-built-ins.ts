import { ofStrings } from './built-in.js';
import type { BuiltIn, BuiltIns } from './built-in.js';
import { formatGoTime } from './format-go-time.js';
import { layoutNamed, weekdays } from './go-layout.js';
import { calendarOf, daysOf, fitsInt64, nanosOf } from './instant.js';
import type { Calendar } from './instant.js';
import { parseDuration } from './parse-duration.js';
import { parseGoTime } from './parse-go-time.js';
import { parseRfc3339 } from './parse-rfc3339.js';
import { integerOf, isArray, regoNumber, countOf } from './rego-value.js';
import type { RegoValue } from './rego-value.js';
import { timeZoneNamed, utc } from './time-zone.js';
import type { TimeZone, ZoneOffset } from './time-zone.js';

/** The operand of `time.*`: nanoseconds, or an array of nanoseconds, zone and layout. */
type ZonedTime = { readonly nanos: bigint; readonly timeZone: TimeZone; readonly layout: string };

const second = 1_000_000_000n;

/** Rounded down, also before 1970. */
const secondsOf = (nanos: bigint): number => Number(nanos / second) - (nanos % second < 0n ? 1 : 0);
const offsetAt = (timeZone: TimeZone, nanos: bigint): ZoneOffset => timeZone(secondsOf(nanos));

const zonedTimeOf = (operand: RegoValue | undefined): ZonedTime | undefined => {
  const [time, zone = '', layout = ''] = isArray(operand) ? operand : [operand];
  const nanos = integerOf(time);
  if (nanos === undefined || !fitsInt64(nanos) || typeof zone !== 'string' || typeof layout !== 'string')
    return undefined;
  const timeZone = isArray(operand) ? timeZoneNamed(zone) : utc;
  return timeZone && { nanos, timeZone, layout };
};

const localCalendar = ({ nanos, timeZone }: ZonedTime): Calendar =>
  calendarOf(nanos, offsetAt(timeZone, nanos).offsetSeconds);

const ofTime =
  (compute: (time: ZonedTime) => RegoValue): BuiltIn =>
  ([operand]) => {
    const time = zonedTimeOf(operand);
    return time && compute(time);
  };

const safeNanos = (nanos: bigint | undefined): RegoValue | undefined =>
  nanos !== undefined && fitsInt64(nanos) ? regoNumber(nanos) : undefined;

const numbers = (...values: readonly number[]): RegoValue => values.map(regoNumber);

/** An instant from local fields: the zone's offset is looked up where the fields would be with it. */
const fromLocal = (fields: Omit<Calendar, 'weekday'>, timeZone: TimeZone): bigint => {
  const local = nanosOf(fields);
  const guess = local - BigInt(offsetAt(timeZone, local).offsetSeconds) * 1_000_000_000n;
  return local - BigInt(offsetAt(timeZone, guess).offsetSeconds) * 1_000_000_000n;
};

const addDate: BuiltIn = ([operand, ...amounts]) => {
  const time = zonedTimeOf(operand);
  const [years, months, days] = amounts.map(countOf);
  if (time === undefined || years === undefined || months === undefined || days === undefined) return undefined;
  const now = localCalendar(time);
  if (Math.abs(years) + Math.abs(months) + Math.abs(days) > 1_000_000)
    throw new Error('it adds more than a million years, months or days');
  return safeNanos(
    fromLocal({ ...now, year: now.year + years, month: now.month + months, day: now.day + days }, time.timeZone),
  );
};

const formatTime = ({ nanos, timeZone, layout }: ZonedTime): RegoValue =>
  formatGoTime(nanos, offsetAt(timeZone, nanos), layoutNamed(layout === '' ? 'RFC3339Nano' : layout));

const parts = ({ year, month, day, hour, minute, second }: Calendar): number[] => [
  year,
  month,
  day,
  hour,
  minute,
  second,
];

/** Borrows from the next larger field, from seconds up; a month lends as many days as the earlier month has. */
const borrow = (fields: number[], earlier: Calendar): number[] => {
  const lent = [0, 12, daysOf(earlier.year, earlier.month + 1, 1) - daysOf(earlier.year, earlier.month, 1), 24, 60, 60];
  const result = [...fields];
  for (let index = 5; index > 0; index -= 1) {
    if ((result[index] ?? 0) >= 0) continue;
    result[index] = (result[index] ?? 0) + (lent[index] ?? 0);
    result[index - 1] = (result[index - 1] ?? 0) - 1;
  }
  return result;
};

const difference: BuiltIn = ([first, second]) => {
  const [a, b] = [zonedTimeOf(first), zonedTimeOf(second)];
  if (a === undefined || b === undefined) return undefined;
  const moments = [a, { ...b, timeZone: a.timeZone }].sort((x, y) =>
    x.nanos < y.nanos ? -1 : x.nanos > y.nanos ? 1 : 0,
  );
  const [earlier, later] = moments.map(localCalendar);
  if (earlier === undefined || later === undefined) return undefined;
  const from = parts(earlier);
  return numbers(
    ...borrow(
      parts(later).map((value, index) => value - (from[index] ?? 0)),
      earlier,
    ),
  );
};

/** `time.*`. The clock is the evaluation's own. Source: OPA, v1/topdown/time.go. */
export const timeBuiltIns: BuiltIns = {
  'time.now_ns': (_, { nowNanos }) => regoNumber(nowNanos),
  'time.parse_ns': ofStrings((layout, value) => safeNanos(parseGoTime(layoutNamed(layout ?? ''), value ?? ''))),
  'time.parse_rfc3339_ns': ofStrings((value) => safeNanos(parseRfc3339(value ?? ''))),
  'time.parse_duration_ns': ofStrings((text) => safeNanos(parseDuration(text ?? ''))),
  'time.format': ofTime(formatTime),
  'time.date': ofTime((time) => numbers(...parts(localCalendar(time)).slice(0, 3))),
  'time.clock': ofTime((time) => numbers(...parts(localCalendar(time)).slice(3))),
  'time.weekday': ofTime((time) => weekdays[localCalendar(time).weekday] ?? ''),
  'time.add_date': addDate,
  'time.diff': difference,
};
