import { compare as comparePep440 } from '@renovatebot/pep440';
import semver from 'semver';
import type { AffectedRange } from '../../apps/enrichment/src/advisory-record/advisory-record.js';
import type { Ecosystem } from '@weir/contracts';
import { compareRead, readVersion } from '../../apps/enrichment/src/version-order/version.js';

/** Where a version stands in its ecosystem's order: equal versions share a place. */
export interface Place {
  readonly at: number;
  /** Of a PyPI version with a local part (2.6.0+cu118): where it stands without. Else the same. */
  readonly publicAt: number;
}

/** Versions that cannot be read have none. */
export function placesOf(ecosystem: Ecosystem, versions: Iterable<string>): Map<string, Place> {
  const readable = [...versions].filter((version) => readVersion(ecosystem, version).order !== 'none');
  const compare = comparatorOf(ecosystem);
  const sorted = [...new Set([...readable, ...readable.map((version) => publicPart(ecosystem, version))])].sort(
    compare,
  );
  const numbers = new Map<string, number>();
  let number = 0;
  for (const [i, version] of sorted.entries()) {
    const before = sorted[i - 1];
    if (before !== undefined && compare(before, version) !== 0) number += 1;
    numbers.set(version, number);
  }
  const numberOf = (version: string): number => numbers.get(version) ?? Number.NaN;
  return new Map(
    readable.map((version) => [version, { at: numberOf(version), publicAt: numberOf(publicPart(ecosystem, version)) }]),
  );
}

export const publicPart = (ecosystem: Ecosystem, version: string): string =>
  ecosystem === 'PyPI' ? (version.split('+')[0] ?? version) : version;

/** The libraries' own comparison where there is one; Maven's order is ours, and checked against the lists alone. */
function comparatorOf(ecosystem: Ecosystem): (a: string, b: string) => number {
  if (ecosystem === 'PyPI') return comparePep440;
  if (ecosystem !== 'Maven') return (a, b) => semver.compare(complete(a), complete(b), true);
  return (a, b) => compareRead(readVersion('Maven', a), readVersion('Maven', b));
}

/** "0" and "1.2" stand in records as versions; semver wants three numbers. Loose: 2026.03.28 is on npm. */
const complete = (version: string): string =>
  semver.valid(version, { loose: true }) === null ? (semver.coerce(version)?.version ?? version) : version;

/** One event of a range with its place, or `*`, which stands after all. */
export interface PlacedEvent {
  readonly kind: string;
  readonly at: number;
  /** Whether it names a local part. */
  readonly isLocal: boolean;
}

/** The events of one range, in version order. */
export type PlacedEvents = readonly PlacedEvent[];

/** null when an event cannot be read: the pseudo-code does not say what holds then. */
export function placedRanges(
  ranges: readonly AffectedRange[],
  places: ReadonlyMap<string, Place>,
): PlacedEvents[] | null {
  const placed = ranges
    .filter(({ type }) => type === 'SEMVER' || type === 'ECOSYSTEM')
    .map(({ events }) => events.map(({ kind, version }) => placedEvent(kind, version, places)));
  if (placed.flat().some(({ at }) => Number.isNaN(at))) return null;
  return placed.map((events) => events.sort((a, b) => a.at - b.at));
}

function placedEvent(kind: string, version: string, places: ReadonlyMap<string, Place>): PlacedEvent {
  const isLocal = (places.get(version)?.at ?? 0) !== (places.get(version)?.publicAt ?? 0);
  if (version === '0' && kind === 'introduced') return { kind, at: -1, isLocal };
  if (version === '*' && kind === 'limit') return { kind, at: Number.POSITIVE_INFINITY, isLocal };
  return { kind, at: places.get(version)?.at ?? Number.NaN, isLocal };
}

/**
 * IncludedInRanges as https://ossf.github.io/osv-schema/#evaluation writes it down, step by step: what the prepared
 * intervals are compared with.
 */
export function includedInRanges(version: Place, ranges: readonly PlacedEvents[]): boolean {
  for (const events of ranges) {
    if (!beforeLimits(version, events)) continue;
    let vulnerable = false;
    for (const event of events) {
      const { kind } = event;
      if (kind === 'introduced' && standing(version, event) >= 0) vulnerable = true;
      else if (kind === 'fixed' && standing(version, event) >= 0) vulnerable = false;
      else if (kind === 'last_affected' && standing(version, event) > 0) vulnerable = false;
    }
    if (vulnerable) return true;
  }
  return false;
}

function beforeLimits(version: Place, events: PlacedEvents): boolean {
  const limits = events.filter(({ kind }) => kind === 'limit');
  if (limits.length === 0) return true;
  for (const limit of limits) if (standing(version, limit) < 0) return true;
  return false;
}

/** PEP 440: a version's local part is left out of a comparison with what names none. */
export const standing = (version: Place, bound: { readonly at: number; readonly isLocal: boolean }): number =>
  (bound.isLocal ? version.at : version.publicAt) - bound.at;
