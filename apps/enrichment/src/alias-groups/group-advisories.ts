import type { Affected } from '../match-advisories/is-affected.js';
import { advisoryIds, cvesOf } from './advisory-ids.js';
import { clusterByAlias } from './cluster-by-alias.js';

/** One vulnerability of one package version, and the advisories that tell of it. */
export interface VulnerabilityGroup {
  /** The CVE, else the malicious-package id, else the GHSA id, else the first record's id. */
  readonly id: string;
  readonly cve: string | null;
  /** Every other name, sorted; never another CVE. */
  readonly aliases: readonly string[];
  /**
   * The advisories whose word counts for severity and fixes: those that name no other CVE, where there are any.
   * GHSA-35jh-r3h4-6jhm names two CVEs; what it says of one need not hold for the other.
   */
  readonly decisive: readonly Affected[];
  /** The other advisories that name this vulnerability beside others. */
  readonly further: readonly Affected[];
}

/**
 * Collapses advisories that affect one package version into vulnerabilities, sorted by id.
 * Invariant: two CVE ids are never one vulnerability, and an advisory that does not affect this version lends it nothing.
 */
export function groupAdvisories(affected: readonly Affected[]): VulnerabilityGroup[] {
  const named = affected.filter(({ record }) => cvesOf(record).length > 0);
  const byCve = new Map<string, Affected[]>();
  for (const one of named) for (const cve of cvesOf(one.record)) append(byCve, cve, one);
  const unnamed = clusterByAlias(affected.filter(({ record }) => cvesOf(record).length === 0));
  const alone: Affected[][] = [];
  for (const cluster of unnamed) {
    const cves = cvesThroughAliases(cluster, named);
    for (const cve of cves) for (const one of cluster) append(byCve, cve, one);
    if (cves.length === 0) alone.push(cluster);
  }
  const groups = [...[...byCve].map(([cve, members]) => cveGroup(cve, members)), ...alone.map(aliasGroup)];
  return groups.sort((a, b) => compareText(a.id, b.id));
}

function append(groups: Map<string, Affected[]>, key: string, one: Affected): void {
  const members = groups.get(key);
  if (members === undefined) groups.set(key, [one]);
  else members.push(one);
}

/** A record without a CVE belongs to the CVE of the record that shares a name with it; one with a single CVE decides. */
function cvesThroughAliases(cluster: readonly Affected[], named: readonly Affected[]): string[] {
  const ids = new Set(cluster.flatMap(({ record }) => advisoryIds(record)));
  const related = named.filter(({ record }) => advisoryIds(record).some((id) => ids.has(id)));
  const single = related.filter(({ record }) => cvesOf(record).length === 1);
  return [...new Set((single.length > 0 ? single : related).flatMap(({ record }) => cvesOf(record)))];
}

function cveGroup(cve: string, members: readonly Affected[]): VulnerabilityGroup {
  const sole = members.filter(({ record }) => cvesOf(record).length <= 1);
  const decisive = byRecordId(sole.length > 0 ? sole : members);
  const further = byRecordId(members.filter((one) => !decisive.includes(one)));
  return { id: cve, cve, aliases: otherNames(cve, decisive), decisive, further };
}

function aliasGroup(members: readonly Affected[]): VulnerabilityGroup {
  const decisive = byRecordId(members);
  const names = [...new Set(decisive.flatMap(({ record }) => advisoryIds(record)))].sort(compareText);
  const first = decisive[0]?.record.id ?? '';
  const id = names.find((name) => name.startsWith('MAL-')) ?? names.find((name) => name.startsWith('GHSA-')) ?? first;
  return { id, cve: null, aliases: otherNames(id, decisive), decisive, further: [] };
}

const otherNames = (id: string, members: readonly Affected[]): string[] =>
  [...new Set(members.flatMap(({ record }) => advisoryIds(record)))]
    .filter((name) => name !== id && !name.startsWith('CVE-'))
    .sort(compareText);

/** GitHub's records first: they carry the vendor's word and a title. */
const byRecordId = (members: readonly Affected[]): Affected[] =>
  [...members].sort((a, b) => Number(isGhsa(b)) - Number(isGhsa(a)) || compareText(a.record.id, b.record.id));

const isGhsa = ({ record }: Affected): boolean => record.id.startsWith('GHSA-');

const compareText = (a: string, b: string): number => (a < b ? -1 : Number(a > b));
