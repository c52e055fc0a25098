import { compare as comparePep440 } from '@renovatebot/pep440';
import semver from 'semver';
import type { AffectedRange } from '../../apps/enrichment/src/advisory-record/advisory-record.js';
import type { Ecosystem } from '../../apps/enrichment/src/purl/ecosystem.js';
import { compareRead, readVersion } from '../../apps/enrichment/src/version-order/version.js';

/** Places of versions in their ecosystem's order: equal versions share a place. Versions that cannot be read have none. */
export function placesOf(ecosystem: Ecosystem, versions: Iterable<string>): Map<string, number> {
  const readable = [...versions].filter((version) => readVersion(ecosystem, version).order !== 'none');
  const compare = comparatorOf(ecosystem);
  const sorted = readable.sort(compare);
  const places = new Map<string, number>();
  let place = 0;
  for (const [i, version] of sorted.entries()) {
    const before = sorted[i - 1];
    if (before !== undefined && compare(before, version) !== 0) place += 1;
    places.set(version, place);
  }
  return places;
}

/** The libraries' own comparison where there is one; Maven's order is ours, and checked against the lists alone. */
function comparatorOf(ecosystem: Ecosystem): (a: string, b: string) => number {
  if (ecosystem === 'PyPI') return comparePep440;
  if (ecosystem !== 'Maven') return (a, b) => semver.compare(complete(a), complete(b), true);
  return (a, b) => compareRead(readVersion('Maven', a), readVersion('Maven', b));
}

/** "0" and "1.2" stand in records as versions; semver wants three numbers. Loose: 2026.03.28 is on npm. */
const complete = (version: string): string =>
  semver.valid(version, { loose: true }) === null ? (semver.coerce(version)?.version ?? version) : version;

/** The events of one range with their places, in version order. */
export type PlacedEvents = readonly { readonly kind: string; readonly at: number }[];

/** null when an event cannot be read: the pseudo-code does not say what holds then. */
export function placedRanges(
  ranges: readonly AffectedRange[],
  places: ReadonlyMap<string, number>,
): PlacedEvents[] | null {
  const placed = ranges
    .filter(({ type }) => type !== 'GIT')
    .map(({ events }) =>
      events.map(({ kind, version }) => ({
        kind,
        at: version === '0' ? BEFORE_ALL : (places.get(version) ?? Number.NaN),
      })),
    );
  if (placed.flat().some(({ at }) => Number.isNaN(at))) return null;
  return placed.map((events) => events.sort((a, b) => a.at - b.at));
}

const BEFORE_ALL = -1;

/**
 * IncludedInRanges as https://ossf.github.io/osv-schema/#evaluation writes it down, step by step: what the prepared
 * intervals are compared with.
 */
export function includedInRanges(version: number, ranges: readonly PlacedEvents[]): boolean {
  for (const events of ranges) {
    let vulnerable = false;
    for (const { kind, at } of events) {
      if (kind === 'introduced' && version >= at) vulnerable = true;
      else if (kind === 'fixed' && version >= at) vulnerable = false;
      else if (kind === 'last_affected' && version > at) vulnerable = false;
    }
    if (vulnerable) return true;
  }
  return false;
}
