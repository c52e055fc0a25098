import {
  type AdvisoryRecord,
  type AffectedPackage,
} from '../../apps/enrichment/src/advisory-record/advisory-record.js';
import { parseAdvisory } from '../../apps/enrichment/src/advisory-record/parse-advisory.js';
import { type PreparedPackage, preparePackage } from '../../apps/enrichment/src/match-advisories/prepared-package.js';
import type { Ecosystem } from '@weir/contracts';
import { OSV_FILES, readShared, readSharedLines } from './shared-data.js';

/** One `affected` entry of one record. */
export interface Entry {
  readonly record: AdvisoryRecord;
  readonly affected: AffectedPackage;
  readonly prepared: PreparedPackage;
}

/** All that the data says of one package: its advisories, and every version that any source names. */
export interface PackageAdvisories {
  readonly ecosystem: Ecosystem;
  readonly name: string;
  readonly entries: Entry[];
  readonly versions: Set<string>;
}

/** Reads every OSV record of the five ecosystems, and the registries' own lists of versions. */
export function advisoriesByPackage(): PackageAdvisories[] {
  const packages = new Map<string, PackageAdvisories>();
  for (const line of OSV_FILES.flatMap(readSharedLines)) {
    const record = parseAdvisory(JSON.parse(line));
    if ('refused' in record) throw new Error(record.refused);
    for (const affected of record.affected) addEntry(packages, record, affected);
  }
  for (const [key, version] of registryVersions()) packages.get(key)?.versions.add(version);
  return [...packages.values()];
}

function addEntry(packages: Map<string, PackageAdvisories>, record: AdvisoryRecord, affected: AffectedPackage): void {
  const prepared = preparePackage(affected);
  if (prepared === null) return;
  const { ecosystem, name } = prepared;
  const key = `${ecosystem}/${name}`;
  const known = packages.get(key) ?? { ecosystem, name, entries: [], versions: new Set() };
  packages.set(key, known);
  known.entries.push({ record, affected, prepared });
  const events = affected.ranges.filter(({ type }) => type !== 'GIT').flatMap((range) => range.events);
  for (const { version } of events) known.versions.add(version);
  for (const version of affected.versions) known.versions.add(version);
}

function registryVersions(): [string, string][] {
  const pypi = JSON.parse(readShared('registry/pypi-version-lists.json')) as { name: string; versions: string[] }[];
  const npm = readSharedLines('registry/npm-packument-meta.jsonl.gz').map(
    (line) => JSON.parse(line) as { name: string; time: Record<string, string> },
  );
  return [
    ...pypi.flatMap(({ name, versions }) => versions.map((version): [string, string] => [`PyPI/${name}`, version])),
    ...npm.flatMap(({ name, time }) =>
      Object.keys(time).map((version): [string, string] => [`npm/${name.toLowerCase()}`, version]),
    ),
  ];
}
