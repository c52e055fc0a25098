import type { AffectedRange, RangeEvent } from '../advisory-record/advisory-record.js';
import type { Ecosystem } from '../purl/ecosystem.js';
import { compareRead, readVersion, type Version } from '../version-order/version.js';

/** Versions from `from` (null: from the first) to `to` (null: without end). */
export interface Interval {
  readonly from: Version | null;
  readonly to: Version | null;
  /** Whether `to` itself is affected: it was a last_affected. */
  readonly inclusive: boolean;
}

interface OrderedEvent {
  readonly kind: RangeEvent['kind'];
  /** null is OSV's introduced "0": before every version. */
  readonly at: Version | null;
}

/**
 * The affected intervals of one range by OSV's evaluation algorithm
 * (https://ossf.github.io/osv-schema/#evaluation): events are walked in version order, in whatever order they stand.
 */
export function affectedIntervals(ecosystem: Ecosystem, range: AffectedRange): Interval[] {
  const intervals: Interval[] = [];
  let open: { readonly from: Version | null } | null = null;
  for (const { kind, at } of orderedEvents(ecosystem, range)) {
    if (kind === 'introduced') open ??= { from: at };
    else if (open !== null) {
      intervals.push({ from: open.from, to: at, inclusive: kind === 'last_affected' });
      open = null;
    }
  }
  if (open !== null) intervals.push({ from: open.from, to: null, inclusive: false });
  return intervals;
}

/**
 * Events at one version keep their order: introduced 1, fixed 1 is empty; fixed 2, introduced 2 goes on. An end that
 * cannot be read is left out, so that the range stays open: too many versions are affected then, never too few.
 */
function orderedEvents(ecosystem: Ecosystem, range: AffectedRange): OrderedEvent[] {
  return range.events
    .filter(({ kind }) => kind !== 'limit')
    .map(({ kind, version }) => ({
      kind,
      at: version === '0' && kind === 'introduced' ? null : boundary(ecosystem, version),
    }))
    .filter(({ kind, at }) => kind === 'introduced' || at?.order !== 'none')
    .sort((a, b) => compareStarts(a.at, b.at));
}

/** PYSEC copies NVD's "2.9.0-NA", where NA means: the release itself, no pre-release or update. */
function boundary(ecosystem: Ecosystem, text: string): Version {
  const read = readVersion(ecosystem, text);
  return read.order === 'none' ? readVersion(ecosystem, text.replace(/-NA$/, '')) : read;
}

const compareStarts = (a: Version | null, b: Version | null): number =>
  a === null || b === null ? Number(b === null) - Number(a === null) : compareRead(a, b);

export function contains(interval: Interval, version: Version): boolean {
  if (interval.from !== null && compareRead(version, interval.from) < 0) return false;
  if (interval.to === null) return true;
  const order = compareRead(version, interval.to);
  return interval.inclusive ? order <= 0 : order < 0;
}

/** The interval in the manner of GitHub's advisories: ">= 1.0, < 1.4.2". */
export function intervalText({ from, to, inclusive }: Interval): string {
  if (from !== null && inclusive && from.text === to?.text) return `= ${from.text}`;
  const bounds = [
    from === null ? null : `>= ${from.text}`,
    to === null ? null : `${inclusive ? '<=' : '<'} ${to.text}`,
  ];
  return bounds.filter((bound) => bound !== null).join(', ') || '>= 0';
}
