import { type InputV1, packageFormat } from '@weir/contracts';
import type { Licence } from '../licences/normalise-licence.js';
import { ecosystemOf } from '../purl/ecosystem.js';
import { fullName } from '../purl/full-name.js';
import { bestScore } from './cvss-of-advisories.js';
import { instantOf } from './instant.js';
import type { Known } from './known.js';
import type { Vulnerability } from './vulnerability.js';

/** Weir's own document: everything known, or null. */
export function inputV1(known: Known, vulnerabilities: readonly Vulnerability[], licence: Licence): InputV1 {
  const { repository, metadata } = known;
  const { declared, expression, ids, category } = licence;
  return {
    package: packageOf(known),
    repository: { ...repository, workspace: known.workspace },
    licence: { declared, expression, ids: [...ids], category },
    vulnerabilities: vulnerabilities.map(vulnerabilityOf),
    malicious: vulnerabilities.some(({ malicious }) => malicious),
    publishedAt: instantOf(metadata?.publishedAt),
    observedAt: known.observedAt,
    lastDownloadedAt: known.lastDownloadedAt,
    dependencies: dependenciesOf(known),
    scorecard: known.scorecard,
    freshness: known.freshness,
  };
}

function packageOf({ package: { purl, type, namespace, name, version, digest }, metadata }: Known): InputV1['package'] {
  return {
    ...{ purl, type, namespace, name, version },
    format: packageFormat(type),
    ecosystem: ecosystemOf(type),
    fullName: fullName({ type, namespace, name }),
    digests: digestsOf(digest),
    filename: metadata?.filename ?? null,
    sizeBytes: metadata?.size ?? null,
    tags: [...(metadata?.tags ?? [])].sort(),
  };
}

/** sha256:<hex> by algorithm. */
export function digestsOf(digest: string | null): Record<string, string> {
  const [algorithm, hex] = digest?.split(':') ?? [];
  return algorithm === undefined || hex === undefined ? {} : { [algorithm]: hex };
}

function vulnerabilityOf(known: Vulnerability): InputV1['vulnerabilities'][number] {
  const { group, severity, epss, kev } = known;
  const { id, title, malicious, publishedAt, modifiedAt, firstSeenAt } = known;
  return {
    ...{ id, title, malicious, publishedAt, modifiedAt, firstSeenAt },
    aliases: [...group.aliases],
    cve: group.cve,
    ...(severity === null ? {} : { severity }),
    cvss: cvssOf(known),
    epss: epss === null ? null : { score: epss.score, percentile: epss.percentile, date: epss.date },
    kev: kev === null ? null : { dateAdded: kev.dateAdded, dueDate: kev.dueDate, ransomware: kev.ransomware },
    fixedIn: [...known.fixedIn],
    affectedRanges: [...known.affectedRanges],
    records: [...group.decisive, ...group.further].map(({ record }) => record.id),
  };
}

function cvssOf({ scores }: Vulnerability): InputV1['vulnerabilities'][number]['cvss'] {
  const of = (sought: 'v2' | 'v3' | 'v4') =>
    scores
      .filter(({ generation }) => generation === sought)
      .map(({ source, vector, score, severity }) => ({ source, vector, score, severity }));
  return { score: bestScore(scores)?.score ?? null, v2: of('v2'), v3: of('v3'), v4: of('v4') };
}

/** What the package itself declares: direct dependencies, each one step away. */
function dependenciesOf({ package: { type, namespace, name }, metadata }: Known): InputV1['dependencies'] {
  const self = fullName({ type, namespace, name });
  return (metadata?.dependencies ?? []).map((dependency) => ({
    purl: null,
    name: dependency.name,
    requirement: dependency.requirement ?? null,
    direct: true,
    path: [self, dependency.name],
  }));
}
