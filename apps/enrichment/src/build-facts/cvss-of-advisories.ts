import type { AdvisoryRecord, AdvisorySeverity } from '../advisory-record/advisory-record.js';
import { type CvssScore, scoreVector } from '../cvss/score-vector.js';
import type { Affected } from '../match-advisories/is-affected.js';

/** A score and the advisory database that gave its vector. */
export interface SourcedScore extends CvssScore {
  readonly source: string;
  readonly generation: 'v2' | 'v3' | 'v4';
}

/** Advisory databases by the prefix of their ids; Trivy's names where it has them. */
const SOURCES: readonly (readonly [string, string])[] = [
  ['GHSA-', 'ghsa'],
  ['PYSEC-', 'pysec'],
  ['RUSTSEC-', 'rustsec'],
  ['GO-', 'govulndb'],
  ['MAL-', 'ossf'],
  ['CVE-', 'nvd'],
];

export const sourceOf = (record: AdvisoryRecord): string =>
  SOURCES.find(([prefix]) => record.id.startsWith(prefix))?.[1] ?? 'osv';

interface Scored {
  scores: readonly SourcedScore[] | null;
  readonly further: WeakMap<object, Scored>;
}

const scored = (): Scored => ({ scores: null, further: new WeakMap() });
const known = scored();

/**
 * The highest score of each generation from each source; vectors that cannot be read are left out. The same advisories
 * have the same list, so that what is made of it is made once for all packages they concern.
 */
export function sourcedScores(advisories: readonly Affected[]): readonly SourcedScore[] {
  let place = known;
  for (const { entries } of advisories) {
    const next = place.further.get(entries) ?? scored();
    place.further.set(entries, next);
    place = next;
  }
  return (place.scores ??= highestScores(advisories));
}

function highestScores(advisories: readonly Affected[]): readonly SourcedScore[] {
  const best = new Map<string, SourcedScore>();
  for (const { record, entries } of advisories) {
    for (const severity of [...record.severity, ...entries.flatMap((entry) => entry.severity)]) {
      const found = sourcedScore(severity, sourceOf(record));
      if (found === null) continue;
      const key = `${found.source} ${found.generation}`;
      if ((best.get(key)?.score ?? -1) < found.score) best.set(key, found);
    }
  }
  return [...best.values()];
}

function sourcedScore({ type, score }: AdvisorySeverity, source: string): SourcedScore | null {
  if (!type.startsWith('CVSS_')) return null;
  const read = scoreVector(score);
  return 'refused' in read ? null : { ...read, source, generation: generationOf(read.version) };
}

const generationOf = (version: CvssScore['version']): SourcedScore['generation'] =>
  version === '4.0' ? 'v4' : version === '2.0' ? 'v2' : 'v3';

/** v4 before v3 before v2; within one generation the highest. */
export function bestScore(scores: readonly SourcedScore[]): SourcedScore | null {
  for (const generation of ['v4', 'v3', 'v2'] as const) {
    const found = scores.filter((score) => score.generation === generation).sort((a, b) => b.score - a.score);
    if (found[0] !== undefined) return found[0];
  }
  return null;
}
