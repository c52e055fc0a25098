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

/** The highest score of each generation from each source; vectors that cannot be read are left out. */
export function sourcedScores(advisories: readonly Affected[]): SourcedScore[] {
  const best = new Map<string, SourcedScore>();
  for (const { record, entries } of advisories) {
    for (const severity of [...record.severity, ...entries.flatMap((entry) => entry.severity)]) {
      const scored = sourcedScore(severity, sourceOf(record));
      if (scored === null) continue;
      const key = `${scored.source} ${scored.generation}`;
      if ((best.get(key)?.score ?? -1) < scored.score) best.set(key, scored);
    }
  }
  return [...best.values()];
}

function sourcedScore({ type, score }: AdvisorySeverity, source: string): SourcedScore | null {
  if (!type.startsWith('CVSS_')) return null;
  const scored = scoreVector(score);
  return 'refused' in scored ? null : { ...scored, source, generation: generationOf(scored.version) };
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
