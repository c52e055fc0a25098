/** A zone's offset from UTC in seconds and its abbreviation at one instant. */
export type ZoneOffset = { readonly offsetSeconds: number; readonly abbreviation: string };

/** Offset and abbreviation at an instant (milliseconds since 1970). */
export type TimeZone = (millis: number) => ZoneOffset;

export const utc: TimeZone = () => ({ offsetSeconds: 0, abbreviation: 'UTC' });

const known = new Map<string, TimeZone | undefined>();

const offsetOf = (name: string): number => {
  const [, sign = '+', hours = '0', minutes = '0', seconds = '0'] =
    /GMT([+-])(\d+)(?::(\d+))?(?::(\d+))?/.exec(name) ?? [];
  const total = Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds);
  return sign === '-' ? -total : total;
};

const partOf = (format: Intl.DateTimeFormat, millis: number): string =>
  format.formatToParts(millis).find(({ type }) => type === 'timeZoneName')?.value ?? '';

/** Node knows abbreviations for few zones; where it has none, the tz database mostly has the offset's digits. */
const abbreviationOf = (short: string, offsetSeconds: number): string => {
  if (!short.startsWith('GMT') || (short === 'GMT' && offsetSeconds === 0)) return short;
  const minutes = Math.abs(Math.trunc(offsetSeconds / 60));
  const hours = String(Math.trunc(minutes / 60)).padStart(2, '0');
  return (offsetSeconds < 0 ? '-' : '+') + hours + (minutes % 60 === 0 ? '' : String(minutes % 60).padStart(2, '0'));
};

const findZone = (name: string): TimeZone | undefined => {
  try {
    const long = new Intl.DateTimeFormat('en-US', { timeZone: name, timeZoneName: 'longOffset' });
    const short = new Intl.DateTimeFormat('en-US', { timeZone: name, timeZoneName: 'short' });
    return (millis) => {
      const offsetSeconds = offsetOf(partOf(long, millis));
      return { offsetSeconds, abbreviation: abbreviationOf(partOf(short, millis), offsetSeconds) };
    };
  } catch {
    return undefined;
  }
};

/**
 * A zone of the tz database by its name; undefined for names it has not. `Local` is UTC: a decision may not depend on
 * where a service runs.
 */
export const timeZoneNamed = (name: string): TimeZone | undefined => {
  if (name === '' || name === 'UTC' || name === 'Local') return utc;
  // Invariant: only names of the database; Node also takes offsets such as +01:00, which Go refuses.
  if (!/^[A-Za-z]/.test(name)) return undefined;
  if (!known.has(name)) known.set(name, findZone(name));
  return known.get(name);
};
