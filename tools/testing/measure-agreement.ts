import {
  hitIntervals,
  isAffected,
  type PackageVersion,
} from '../../apps/enrichment/src/match-advisories/is-affected.js';
import { ECOSYSTEMS, type Ecosystem } from '@weir/contracts';
import { compareRead, readVersion, type Version } from '../../apps/enrichment/src/version-order/version.js';
import type { Entry, PackageAdvisories } from './advisories-by-package.js';
import { includedInRanges, placedRanges, placesOf, standing, type Place } from './osv-pseudo-code.js';

/** One statement of a record that the ranges do not bear out, or the other way round. */
export interface Case {
  readonly id: string;
  readonly package: string;
  readonly version: string;
}

export interface Tally {
  readonly ecosystem: Ecosystem;
  readonly records: Set<string>;
  readonly withdrawn: Set<string>;
  entries: number;
  /** Entries that cannot be compared, by why. */
  readonly skipped: { noList: number; listOnly: number; gitOnly: number };
  /** Listed versions that were tried against the ranges alone. */
  listed: number;
  listedAgreed: number;
  /** Listed versions that the ecosystem cannot read; the list alone finds them. */
  listedUnreadable: number;
  /** Known versions tried against OSV's pseudo-code. */
  pairs: number;
  pairsAgreed: number;
  pairsSkipped: number;
  /** Known versions that a record of their package affects. */
  matched: number;
  /** Versions in a range that the list of the same entry leaves out. */
  unlisted: { newer: number; rare: number; other: number };
}

export interface Agreement {
  readonly tallies: readonly Tally[];
  readonly listedOutsideRanges: readonly Case[];
  /** Versions that were matched though no list and no range holds them, or missed though one does, or matched by a withdrawn record. */
  readonly wronglyMatched: readonly Case[];
  readonly differsFromPseudoCode: readonly Case[];
  /** Versions in a range whose list leaves them out, though it is newer and most lists have them. */
  readonly unlistedOther: readonly Case[];
  readonly unreadableEvents: readonly Case[];
}

type Found = { -readonly [K in Exclude<keyof Agreement, 'tallies'>]: Case[] };

/** Compares the matching with what every advisory says of itself. */
export function measureAgreement(packages: readonly PackageAdvisories[]): Agreement {
  const tallies = new Map(ECOSYSTEMS.map((ecosystem) => [ecosystem, emptyTally(ecosystem)]));
  const found: Found = {
    listedOutsideRanges: [],
    wronglyMatched: [],
    differsFromPseudoCode: [],
    unlistedOther: [],
    unreadableEvents: [],
  };
  for (const one of packages) {
    const tally = tallies.get(one.ecosystem);
    if (tally !== undefined) measurePackage(one, tally, found);
  }
  return { tallies: [...tallies.values()], ...found };
}

const emptyTally = (ecosystem: Ecosystem): Tally => ({
  ecosystem,
  records: new Set(),
  withdrawn: new Set(),
  entries: 0,
  listed: 0,
  listedAgreed: 0,
  listedUnreadable: 0,
  pairs: 0,
  pairsAgreed: 0,
  pairsSkipped: 0,
  matched: 0,
  skipped: { noList: 0, listOnly: 0, gitOnly: 0 },
  unlisted: { newer: 0, rare: 0, other: 0 },
});

function measurePackage(one: PackageAdvisories, tally: Tally, found: Found): void {
  const versions = [...one.versions].map((text) => readVersion(one.ecosystem, text));
  const sought = [...one.versions].map((version) => ({ ecosystem: one.ecosystem, name: one.name, version }));
  const placed = { versions, sought, places: placesOf(one.ecosystem, one.versions) };
  const compared = one.entries.filter((entry) => countEntry(entry, one.ecosystem, tally, found));
  for (const entry of compared) compareList(entry, one.ecosystem, tally, found);
  const hits = new Map(
    one.entries.map((entry) => [entry, versions.map((version) => hitIntervals(entry.prepared, version).length > 0)]),
  );
  for (const entries of Map.groupBy(one.entries, ({ record }) => record).values())
    compareMatching(entries, placed, tally, found);
  for (const [entry, held] of hits) comparePseudoCode(entry, { ...placed, held }, tally, found);
  compareUnlisted(compared, versions, hits, tally, found);
}

const caseOf = ({ record, prepared }: Entry, version: string): Case => ({
  id: record.id,
  package: prepared.name,
  version,
});

/** True when the entry has both a list and ranges of versions. */
function countEntry(entry: Entry, ecosystem: Ecosystem, tally: Tally, found: Found): boolean {
  const { record, affected } = entry;
  tally.records.add(record.id);
  if (record.withdrawn !== null) tally.withdrawn.add(record.id);
  tally.entries += 1;
  const ranges = affected.ranges.filter(({ type }) => type !== 'GIT');
  const events = ranges.flatMap((range) => range.events).filter(({ version }) => version !== '0');
  for (const { version } of events) {
    if (readVersion(ecosystem, version).order === 'none') found.unreadableEvents.push(caseOf(entry, version));
  }
  if (ranges.length === 0) tally.skipped[affected.ranges.length > 0 ? 'gitOnly' : 'listOnly'] += 1;
  else if (affected.versions.length === 0) tally.skipped.noList += 1;
  return ranges.length > 0 && affected.versions.length > 0;
}

function compareList(entry: Entry, ecosystem: Ecosystem, tally: Tally, found: Found): void {
  for (const text of entry.affected.versions) {
    const version = readVersion(ecosystem, text);
    tally.listed += 1;
    if (version.order === 'none') tally.listedUnreadable += 1;
    if (hitIntervals(entry.prepared, version).length > 0) tally.listedAgreed += 1;
    else found.listedOutsideRanges.push(caseOf(entry, text));
  }
}

interface Placed {
  readonly versions: readonly Version[];
  readonly sought: readonly PackageVersion[];
  readonly places: ReadonlyMap<string, Place>;
}

/** The whole of isAffected: a record affects what its lists and ranges hold, all of it and nothing else. */
function compareMatching(entries: readonly Entry[], { sought, places }: Placed, tally: Tally, found: Found): void {
  const stated = entries.map(({ affected }) => ({
    ranges: placedRanges(affected.ranges, places),
    listed: affected.versions.flatMap((version) => places.get(version) ?? []),
  }));
  const [first] = entries;
  if (first === undefined || stated.some(({ ranges }) => ranges === null)) return;
  for (const target of sought) {
    const place = places.get(target.version);
    if (place === undefined) continue;
    const held = stated.some(
      ({ ranges, listed }) => listed.some((one) => isSame(place, one)) || includedInRanges(place, ranges ?? []),
    );
    const matched = isAffected(first.record, target) !== null;
    if (matched) tally.matched += 1;
    if (matched !== (held && first.record.withdrawn === null)) found.wronglyMatched.push(caseOf(first, target.version));
  }
}

/** `v == version`, where a local part that the list does not name is left out. */
const isSame = (version: Place, listed: Place): boolean =>
  standing(version, { at: listed.at, isLocal: listed.at !== listed.publicAt }) === 0;

/** `held`: whether the entry's ranges hold the version at the same place. */
function comparePseudoCode(
  entry: Entry,
  { versions, held, places }: Placed & { readonly held: readonly boolean[] },
  tally: Tally,
  found: Found,
): void {
  const ranges = placedRanges(entry.affected.ranges, places);
  for (const [i, version] of versions.entries()) {
    const place = places.get(version.text);
    if (place === undefined || ranges === null) {
      tally.pairsSkipped += 1;
      continue;
    }
    const expected = includedInRanges(place, ranges);
    tally.pairs += 1;
    if (held[i] === expected) tally.pairsAgreed += 1;
    else found.differsFromPseudoCode.push(caseOf(entry, version.text));
  }
}

/** Why a version lies in a range whose list leaves it out: made later than the list, or missing from most lists. */
function compareUnlisted(
  entries: readonly Entry[],
  versions: readonly Version[],
  hits: ReadonlyMap<Entry, readonly boolean[]>,
  tally: Tally,
  found: Found,
): void {
  const newest = new Map(entries.map((entry) => [entry, newestListed(entry)]));
  for (const [i, version] of versions.entries()) {
    const holding = entries.filter((entry) => hits.get(entry)?.[i] === true);
    const without = holding.filter(({ prepared }) => !prepared.lists(version));
    for (const entry of without) {
      const last = newest.get(entry);
      if (last !== undefined && compareRead(version, last) > 0) tally.unlisted.newer += 1;
      else if (without.length * 2 > holding.length) tally.unlisted.rare += 1;
      else {
        tally.unlisted.other += 1;
        found.unlistedOther.push(caseOf(entry, version.text));
      }
    }
  }
}

const newestListed = ({ affected, prepared }: Entry): Version | undefined =>
  affected.versions
    .map((text) => readVersion(prepared.ecosystem, text))
    .reduce<Version | undefined>((a, b) => (a === undefined || compareRead(a, b) < 0 ? b : a), undefined);
