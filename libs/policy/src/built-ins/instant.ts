const second = 1_000_000_000n;
const day = 86_400n * second;

/** Calendar fields in some zone. `month` and `day` count from 1, `weekday` from Sunday = 0. */
export type Calendar = {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  readonly nanos: number;
  readonly weekday: number;
};

const floorDivide = (a: bigint, b: bigint): bigint => (a % b < 0n ? a / b - 1n : a / b);

/** Days since 1970-01-01 of a proleptic Gregorian date; months beyond 1..12 carry over into years, as in Go. */
export const daysOf = (year: number, month: number, dayOfMonth: number): number => {
  const carried = year + Math.floor((month - 1) / 12);
  const date = new Date(0);
  date.setUTCFullYear(carried, (((month - 1) % 12) + 12) % 12, 1);
  return Math.round(date.getTime() / 86_400_000) + dayOfMonth - 1;
};

/** Nanoseconds since 1970 of a date and a time of day in UTC. */
export const nanosOf = (fields: Omit<Calendar, 'weekday'>): bigint =>
  BigInt(daysOf(fields.year, fields.month, fields.day)) * day +
  BigInt(fields.hour * 3600 + fields.minute * 60 + fields.second) * second +
  BigInt(fields.nanos);

/** Calendar fields of an instant, shifted by an offset from UTC in seconds. */
export const calendarOf = (nanos: bigint, offsetSeconds: number): Calendar => {
  const local = nanos + BigInt(offsetSeconds) * second;
  const wholeSeconds = floorDivide(local, second);
  const date = new Date(Number(wholeSeconds) * 1000);
  return {
    year: date.getUTCFullYear(),
    month: date.getUTCMonth() + 1,
    day: date.getUTCDate(),
    hour: date.getUTCHours(),
    minute: date.getUTCMinutes(),
    second: date.getUTCSeconds(),
    nanos: Number(local - wholeSeconds * second),
    weekday: date.getUTCDay(),
  };
};

/** True when an instant fits the 64 bits of Go's `UnixNano` (years 1677 to 2262). */
export const fitsInt64 = (nanos: bigint): boolean => BigInt.asIntN(64, nanos) === nanos;
