import { gunzipSync } from 'node:zlib';
import packed from './time-zones.json' with { type: 'json' };
import { readTzFile, type Period, type TzFile } from './tz-file.js';
import { readTzRule } from './tz-rule.js';

/** A zone's offset from UTC in seconds and its abbreviation at one instant. */
export type ZoneOffset = { readonly offsetSeconds: number; readonly abbreviation: string };

/** Offset and abbreviation at an instant (seconds since 1970). */
export type TimeZone = (seconds: number) => ZoneOffset;

export const utc: TimeZone = () => ({ offsetSeconds: 0, abbreviation: 'UTC' });

/** The release of the tz database that answers rest on, whatever the machine has. */
export const tzVersion: string = packed.version;

const bodyOf = (place: number): Buffer => {
  const before = packed.lengths.slice(0, place).reduce((sum, length) => sum + length, 0);
  return gunzipSync(Buffer.from(packed.data, 'base64')).subarray(before, before + (packed.lengths[place] ?? 0));
};

/** The last of the changes that is not later; undefined before the first. */
const lastBefore = (changes: readonly Period[], seconds: number): number => {
  let [low, high] = [0, changes.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((changes[middle]?.from ?? 0) <= seconds) low = middle + 1;
    else high = middle;
  }
  return low - 1;
};

const zoneOf = ({ first, changes, rule }: TzFile): TimeZone => {
  const afterwards = rule === '' ? undefined : readTzRule(rule);
  return (seconds) => {
    const place = lastBefore(changes, seconds);
    if (place === changes.length - 1 && afterwards !== undefined) return afterwards(seconds);
    return changes[place] ?? first;
  };
};

const zones: Readonly<Record<string, number>> = packed.zones;
const known = new Map<string, TimeZone>();

/**
 * A zone of the tz database by its exact name; undefined for names it has not. `Local` is UTC: a decision may not depend
 * on where a service runs.
 */
export const timeZoneNamed = (name: string): TimeZone | undefined => {
  if (name === '' || name === 'UTC' || name === 'Local') return utc;
  const place = Object.hasOwn(zones, name) ? zones[name] : undefined;
  if (place === undefined) return undefined;
  const zone = known.get(name) ?? zoneOf(readTzFile(bodyOf(place)));
  known.set(name, zone);
  return zone;
};
