import type { InputV0, PackageRef } from '@weir/contracts';
import type { AdvisoryRecord, AdvisorySeverity, AffectedPackage } from '../advisory-record/advisory-record.js';
import { scoreVector } from '../cvss/score-vector.js';
import { fullName } from '../purl/full-name.js';
import type { Affected } from '../match-advisories/is-affected.js';
import { inCanonicalOrder } from './canonical-facts.js';
import { instantOf } from './instant.js';

type Osv = InputV0['osv'][number];

/** Longer descriptions are cut, so that the facts of a package with many advisories stay small (ADR 0033). */
export const MAX_DETAILS = 2000;

/** What was told of a record, by package and, where the record lists it, version. */
const written = new WeakMap<AdvisoryRecord, Map<string, Osv>>();
const MOST_TOLD = 32;

/** An OSV record as input.v0.osv tells it: this package's entries alone, and of its listed versions this one. */
export function osvV0(affected: Affected, named: PackageRef): Osv {
  const kept = written.get(affected.record) ?? new Map<string, Osv>();
  written.set(affected.record, kept);
  const about = `${named.type} ${fullName(named)} ${affected.listed ? named.version : ''}`;
  const known = kept.get(about);
  if (known !== undefined) return known;
  if (kept.size >= MOST_TOLD) kept.clear();
  const osv = inCanonicalOrder(tellOsv(affected, named.version));
  kept.set(about, osv);
  return osv;
}

function tellOsv({ record, entries, listed }: Affected, version: string): Osv {
  const { id, published, summary, details, aliases, related, upstream, references, database_specific } = record;
  return {
    ...record.extra,
    id,
    aliases: [...aliases],
    related: [...related],
    upstream: [...upstream],
    references: [...references],
    modified: instantOf(record.modified) ?? published ?? record.modified,
    ...(published === null ? {} : { published }),
    ...(summary === null ? {} : { summary }),
    ...(details === null ? {} : { details: details.slice(0, MAX_DETAILS) }),
    ...(database_specific === null ? {} : { database_specific }),
    severity: record.severity.map(severityV0),
    affected: entries.map((entry) => affectedV0(entry, listed ? [version] : [])),
  };
}

const severityV0 = ({ type, score }: AdvisorySeverity): Osv['severity'][number] => {
  const scored = type.startsWith('CVSS_') ? scoreVector(score) : { refused: 'not CVSS' };
  return { type, score, numerical_score: 'refused' in scored ? null : scored.score };
};

const affectedV0 = (entry: AffectedPackage, versions: readonly string[]): Osv['affected'][number] => ({
  ...entry.extra,
  package: entry.package,
  ranges: entry.ranges
    .filter(({ type }) => type !== 'GIT')
    .map(({ type, events }) => ({ type, events: events.map(({ kind, version }) => ({ [kind]: version })) })),
  versions: [...versions],
  severity: entry.severity.map(severityV0),
});
