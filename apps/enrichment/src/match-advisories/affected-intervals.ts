import { compareRead, compareToBound, type Version } from '../version-order/version.js';
import type { OrderedEvent } from './affected-range.js';

/** Versions from `from` (null: from the first) to `to` (null: without end). */
export interface Interval {
  readonly from: Version | null;
  readonly to: Version | null;
  /** Whether `to` itself is affected: it was a last_affected. */
  readonly inclusive: boolean;
}

/** The pieces of a range: from each introduced to the next end. `events` in the order of their versions. */
export function affectedIntervals(events: readonly OrderedEvent[], limit: Version | null): Interval[] {
  const intervals: Interval[] = [];
  let open: { readonly from: Version | null } | null = null;
  for (const { kind, at } of events) {
    if (kind === 'introduced') open ??= { from: at };
    else if (open !== null) {
      intervals.push({ from: open.from, to: at, inclusive: kind === 'last_affected' });
      open = null;
    }
  }
  if (open !== null) intervals.push({ from: open.from, to: null, inclusive: false });
  return limit === null ? intervals : intervals.flatMap((interval) => upTo(limit, interval));
}

function upTo(limit: Version, interval: Interval): Interval[] {
  const { from, to } = interval;
  if (from !== null && compareRead(from, limit) >= 0) return [];
  return to === null || compareRead(limit, to) <= 0 ? [{ from, to: limit, inclusive: false }] : [interval];
}

export function contains({ from, to, inclusive }: Interval, version: Version): boolean {
  if (from !== null && compareToBound(version, from) < 0) return false;
  if (to === null) return true;
  const order = compareToBound(version, to);
  return inclusive ? order <= 0 : order < 0;
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
