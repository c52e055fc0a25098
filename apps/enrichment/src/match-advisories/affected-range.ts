import type { AffectedRange, RangeEvent } from '../advisory-record/advisory-record.js';
import type { Ecosystem } from '@weir/contracts';
import { compareRead, compareToBound, readVersion, type Version } from '../version-order/version.js';
import { affectedIntervals, contains, type Interval } from './affected-intervals.js';

/** One range of an `affected` entry, read and ordered once. */
export interface PreparedRange {
  readonly events: readonly OrderedEvent[];
  /** From there on the range says nothing; null: unlimited. Limits of other ranges do not count. */
  readonly limit: Version | null;
  /** The same in pieces, for people. */
  readonly intervals: readonly Interval[];
}

export interface OrderedEvent {
  readonly kind: Exclude<RangeEvent['kind'], 'limit'>;
  /** null is OSV's introduced "0": before every version. */
  readonly at: Version | null;
}

export function prepareRange(ecosystem: Ecosystem, range: AffectedRange): PreparedRange {
  const events = orderedEvents(ecosystem, range);
  const limit = limitOf(ecosystem, range);
  return { events, limit, intervals: affectedIntervals(events, limit) };
}

/**
 * Whether the range holds a version: IncludedInRanges and BeforeLimits of OSV's evaluation algorithm
 * (https://ossf.github.io/osv-schema/#evaluation), of one range.
 */
export function holds({ events, limit }: PreparedRange, version: Version): boolean {
  if (limit !== null && compareToBound(version, limit) >= 0) return false;
  let vulnerable = false;
  for (const { kind, at } of events) {
    const standing = at === null ? 1 : compareToBound(version, at);
    if (kind === 'introduced') vulnerable ||= standing >= 0;
    else if (kind === 'fixed' ? standing >= 0 : standing > 0) vulnerable = false;
  }
  return vulnerable;
}

/** The pieces of the range that hold the version; all of them where it is held by what no piece can say. */
export function hitsOf(range: PreparedRange, version: Version): readonly Interval[] {
  if (!holds(range, version)) return [];
  const hits = range.intervals.filter((interval) => contains(interval, version));
  return hits.length > 0 ? hits : range.intervals;
}

/**
 * Events at one version keep their order: introduced 1, fixed 1 is empty; fixed 2, introduced 2 goes on. An end that
 * cannot be read is left out, so that the range stays open: too many versions are affected then, never too few.
 */
const orderedEvents = (ecosystem: Ecosystem, { events }: AffectedRange): OrderedEvent[] =>
  events
    .flatMap(({ kind, version }) =>
      kind === 'limit'
        ? []
        : [{ kind, at: version === '0' && kind === 'introduced' ? null : boundary(ecosystem, version) }],
    )
    .filter(({ kind, at }) => kind === 'introduced' || at?.order !== 'none')
    .sort((a, b) => compareStarts(a.at, b.at));

/**
 * The highest limit: a version before any of them is within. `*`, or one that cannot be read, limits nothing, so that
 * too many versions are affected, never too few.
 */
function limitOf(ecosystem: Ecosystem, { events }: AffectedRange): Version | null {
  const limits = events.filter(({ kind }) => kind === 'limit').map(({ version }) => boundary(ecosystem, version));
  if (limits.some(({ order, text }) => order === 'none' || text === '*')) return null;
  return limits.reduce<Version | null>((a, b) => (a === null || compareRead(a, b) < 0 ? b : a), null);
}

/** PYSEC copies NVD's "2.9.0-NA", where NA means: the release itself, no pre-release or update. */
function boundary(ecosystem: Ecosystem, text: string): Version {
  const read = readVersion(ecosystem, text);
  return read.order === 'none' ? readVersion(ecosystem, text.replace(/-NA$/, '')) : read;
}

const compareStarts = (a: Version | null, b: Version | null): number =>
  a === null || b === null ? Number(b === null) - Number(a === null) : compareRead(a, b);
