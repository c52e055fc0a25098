import type { AdvisoryRecord, AffectedPackage } from '../advisory-record/advisory-record.js';
import type { Ecosystem } from '@weir/contracts';
import { advisoryName, isEcosystem } from '../purl/ecosystem.js';
import { compareRead, compareToBound, readVersion, type Version } from '../version-order/version.js';
import { intervalText } from './affected-intervals.js';
import { prepareRange, type PreparedRange } from './affected-range.js';

/** One `affected` entry of an advisory, its ranges read and ordered once. */
export interface PreparedPackage {
  readonly ecosystem: Ecosystem;
  readonly name: string;
  /** Those that speak of versions. */
  readonly ranges: readonly PreparedRange[];
  /** Lowest first. */
  readonly fixed: readonly Version[];
  /** The intervals of all ranges as text. */
  readonly affectedRanges: readonly string[];
  /** The advisory's list has this very spelling. */
  spells(version: Version): boolean;
  /** The list has this version, in whatever spelling; of PyPI also without its local part. */
  lists(version: Version): boolean;
}

/** The entries of an advisory that name one package, as they stand and read. */
export interface Naming {
  readonly entries: readonly AffectedPackage[];
  readonly prepared: readonly PreparedPackage[];
}

const naming = new WeakMap<AdvisoryRecord, Map<string, Naming>>();

/** `name` as advisoryName spells it. An advisory is read once for each package it names: the same answer each time. */
export function prepareNaming(record: AdvisoryRecord, ecosystem: Ecosystem, name: string): Naming {
  const known = naming.get(record) ?? groupByPackage(record);
  naming.set(record, known);
  return known.get(`${ecosystem}/${name}`) ?? NOBODY;
}

const NOBODY: Naming = { entries: [], prepared: [] };

function groupByPackage({ affected }: AdvisoryRecord): Map<string, Naming> {
  const groups = Map.groupBy(affected, (entry) => {
    const read = preparePackage(entry);
    return read === null ? '' : `${read.ecosystem}/${read.name}`;
  });
  groups.delete('');
  return new Map(
    [...groups].map(([key, entries]) => [
      key,
      { entries, prepared: entries.map(preparePackage).filter((entry) => entry !== null) },
    ]),
  );
}

const packages = new WeakMap<AffectedPackage, PreparedPackage | 'foreign'>();

/** null when the entry belongs to an ecosystem that Weir does not match. */
export function preparePackage(entry: AffectedPackage): PreparedPackage | null {
  let known = packages.get(entry);
  if (known === undefined) {
    known = prepare(entry) ?? 'foreign';
    packages.set(entry, known);
  }
  return known === 'foreign' ? null : known;
}

function prepare(entry: AffectedPackage): PreparedPackage | null {
  const ecosystem = entry.package?.ecosystem;
  if (ecosystem === undefined || !isEcosystem(ecosystem)) return null;
  const ranges = entry.ranges.filter(({ type }) => type === 'SEMVER' || type === 'ECOSYSTEM');
  const fixed = ranges
    .flatMap(({ events }) => events)
    .filter(({ kind }) => kind === 'fixed')
    .map(({ version }) => readVersion(ecosystem, version));
  const prepared = ranges.map((range) => prepareRange(ecosystem, range));
  return {
    ecosystem,
    name: advisoryName(ecosystem, entry.package?.name ?? ''),
    ranges: prepared,
    fixed: fixed.filter(({ order }) => order !== 'none').sort(compareRead),
    affectedRanges: prepared.flatMap(({ intervals }) => intervals.map(intervalText)),
    ...versionList(ecosystem, entry.versions),
  };
}

/** Lists can hold thousands of versions: only those with the digits of the version in question are read. */
function versionList(ecosystem: Ecosystem, listed: readonly string[]): Pick<PreparedPackage, 'spells' | 'lists'> {
  const spellings = new Set(listed);
  let byDigits: Map<string, string[]> | null = null;
  const spells = (version: Version): boolean => spellings.has(version.text);
  const lists = (version: Version): boolean => {
    if (spellings.size === 0 || spells(version)) return spellings.size > 0;
    byDigits ??= Map.groupBy(listed, digitsOf);
    const candidates = byDigits.get(digitsOf(version.text)) ?? [];
    return candidates.some((text) => compareToBound(version, readVersion(ecosystem, text)) === 0);
  };
  return { spells, lists };
}

/** Equal versions have the same digits but zeros: 1.0 and 1.0.0, 1.0-beta1 and 1.0b1, 1.Final and 1. */
const digitsOf = (version: string): string => (version.split('+')[0] ?? '').replace(/[^1-9]/g, '');
