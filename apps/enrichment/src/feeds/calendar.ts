const DAY = /^(\d{4})-(\d\d)-(\d\d)$/;
const INSTANT = /^(\d{4}-\d\d-\d\d)(?:[Tt ](\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,12}))?)?(?:[Zz]|([+-])(\d\d):?(\d\d))?)?$/;
const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

/** Whether `text` is a day that the calendar has, as YYYY-MM-DD in the years 1 to 9999: what PostgreSQL takes as one. */
export const isDay = (text: string): boolean => {
  const [, year = '', month = '', day = ''] = DAY.exec(text) ?? [];
  if (year === '' || year === '0000') return false;
  const at = new Date(0);
  at.setUTCFullYear(Number(year), Number(month) - 1, Number(day));
  return at.getUTCMonth() === Number(month) - 1 && at.getUTCDate() === Number(day);
};

/**
 * The instant that RFC 3339 text names, as ISO 8601 UTC with milliseconds; null when the calendar or the clock has none
 * such, or it is outside of the years 1 to 9999. Without an offset it is UTC, without a time the day's begin. A leap
 * second is the second before it.
 */
export const instantOf = (text: string): string | null => {
  const found = INSTANT.exec(text);
  if (found === null || !isDay(found[1] ?? '')) return null;
  const [
    ,
    day,
    hour = '00',
    minute = '00',
    second = '00',
    fraction = '',
    sign,
    aheadHours = '00',
    aheadMinutes = '00',
  ] = found;
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 60) return null;
  if (Number(aheadHours) > 23 || Number(aheadMinutes) > 59) return null;
  const shown = `${day}T${hour}:${minute}:${second === '60' ? '59' : second}.${fraction.padEnd(3, '0').slice(0, 3)}Z`;
  const ahead = (Number(aheadHours) * 60 + Number(aheadMinutes)) * MINUTE_MS * (sign === '-' ? -1 : 1);
  const instant = new Date(Date.parse(shown) - ahead);
  const year = instant.getUTCFullYear();
  return year >= 1 && year <= 9999 ? instant.toISOString() : null;
};

/** Until when a date may be and be believed: clocks and time zones differ, by a day at most. ISO 8601 UTC. */
export const latestBelieved = (now: string): string => new Date(Date.parse(now) + DAY_MS).toISOString();
