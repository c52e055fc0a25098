import type { AdvisoryRecord, AffectedPackage } from '../advisory-record/advisory-record.js';
import type { Ecosystem } from '@weir/contracts';
import { advisoryName } from '../purl/ecosystem.js';
import { compareRead, compareToBound, readVersion, type Version } from '../version-order/version.js';
import { type Interval, intervalText } from './affected-intervals.js';
import { hitsOf } from './affected-range.js';
import { type PreparedPackage, prepareNaming } from './prepared-package.js';

export interface PackageVersion {
  readonly ecosystem: Ecosystem;
  /** The name as the registry writes it: group:artifact, @scope/name, module path. */
  readonly name: string;
  readonly version: string;
}

/** That an advisory concerns one version of one package, and how. */
export interface Affected {
  readonly record: AdvisoryRecord;
  /** The entries of the record that name this package. */
  readonly entries: readonly AffectedPackage[];
  /** The advisory's own list of versions names this one: in this spelling, or, where no range holds it, in any. */
  readonly listed: boolean;
  /** The ranges that hold this version, as text: ">= 1.0, < 1.4.2". Empty when only the list names it. */
  readonly hitRanges: readonly string[];
  /** All affected ranges of this package, lowest first as the advisory has them. */
  readonly affectedRanges: readonly string[];
  /** Fixed versions above this one that the advisory itself does not call affected, lowest first. */
  readonly fixedIn: readonly string[];
}

/**
 * Whether an advisory concerns this package version, by OSV's algorithm: its list names it or one of its SEMVER or
 * ECOSYSTEM ranges holds it. A withdrawn advisory concerns nothing.
 */
export function isAffected(record: AdvisoryRecord, sought: PackageVersion): Affected | null {
  if (record.withdrawn !== null) return null;
  const { name, version } = readTarget(sought);
  const { entries, prepared } = prepareNaming(record, sought.ecosystem, name);
  const hits = prepared.flatMap((entry) => hitIntervals(entry, version));
  const listed = prepared.some((entry) => (hits.length > 0 ? entry.spells(version) : entry.lists(version)));
  if (hits.length === 0 && !listed) return null;
  return {
    record,
    entries,
    listed,
    hitRanges: [...new Set(hits.map(intervalText))],
    affectedRanges: [...new Set(prepared.flatMap(({ affectedRanges }) => affectedRanges))],
    fixedIn: fixesAbove(prepared, version),
  };
}

interface Target {
  readonly name: string;
  readonly version: Version;
}

const targets = new WeakMap<PackageVersion, Target>();

/** One package version is asked about many advisories: it is read once for each object that asks. */
function readTarget(sought: PackageVersion): Target {
  let target = targets.get(sought);
  if (target === undefined) {
    const { ecosystem, name, version } = sought;
    target = { name: advisoryName(ecosystem, name), version: readVersion(ecosystem, version) };
    targets.set(sought, target);
  }
  return target;
}

/** The intervals of one entry that hold the version; the version list does not count. */
export const hitIntervals = ({ ranges }: PreparedPackage, version: Version): Interval[] =>
  ranges.flatMap((range) => hitsOf(range, version));

function fixesAbove(prepared: readonly PreparedPackage[], version: Version): string[] {
  const fixes = prepared
    .flatMap(({ fixed }) => fixed)
    .filter(
      (fix) => compareToBound(version, fix) < 0 && prepared.every((entry) => hitIntervals(entry, fix).length === 0),
    );
  if (prepared.length > 1) fixes.sort(compareRead);
  return [...new Set(fixes.map(({ text }) => text))];
}
