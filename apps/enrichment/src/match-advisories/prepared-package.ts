import type { AffectedPackage } from '../advisory-record/advisory-record.js';
import { advisoryName, type Ecosystem, isEcosystem } from '../purl/ecosystem.js';
import { readVersion, type Version } from '../version-order/version.js';
import { versionKey } from '../version-order/version-key.js';
import { affectedIntervals, type Interval } from './affected-intervals.js';

/** One `affected` entry of an advisory, its ranges read and ordered once. */
export interface PreparedPackage {
  readonly ecosystem: Ecosystem;
  readonly name: string;
  readonly intervals: readonly Interval[];
  /** Upper bounds of OSV's `limit` events; none: unlimited. */
  readonly limits: readonly Version[];
  readonly fixed: readonly Version[];
  lists(version: Version): boolean;
}

const prepared = new WeakMap<AffectedPackage, PreparedPackage | 'foreign'>();

/** null when the entry belongs to an ecosystem that Weir does not match. */
export function preparePackage(entry: AffectedPackage): PreparedPackage | null {
  let known = prepared.get(entry);
  if (known === undefined) {
    known = prepare(entry) ?? 'foreign';
    prepared.set(entry, known);
  }
  return known === 'foreign' ? null : known;
}

function prepare(entry: AffectedPackage): PreparedPackage | null {
  const ecosystem = entry.package?.ecosystem;
  if (ecosystem === undefined || !isEcosystem(ecosystem)) return null;
  const ranges = entry.ranges.filter(({ type }) => type === 'SEMVER' || type === 'ECOSYSTEM');
  const versionsOf = (kind: 'fixed' | 'limit'): Version[] =>
    ranges
      .flatMap(({ events }) => events)
      .filter((event) => event.kind === kind && event.version !== '*')
      .map(({ version }) => readVersion(ecosystem, version));
  return {
    ecosystem,
    name: advisoryName(ecosystem, entry.package?.name ?? ''),
    intervals: ranges.flatMap((range) => affectedIntervals(ecosystem, range)),
    limits: versionsOf('limit'),
    fixed: versionsOf('fixed').filter(({ order }) => order !== 'none'),
    lists: versionList(ecosystem, entry.versions),
  };
}

/** Lists can hold thousands of versions: the spelling as it stands is tried first, equal versions only when asked for. */
function versionList(ecosystem: Ecosystem, listed: readonly string[]): (version: Version) => boolean {
  const spellings = new Set(listed);
  let keys: Set<string> | null = null;
  return (version) => {
    if (spellings.size === 0) return false;
    if (spellings.has(version.text)) return true;
    keys ??= new Set(listed.map((text) => versionKey(readVersion(ecosystem, text))));
    return keys.has(versionKey(version));
  };
}
