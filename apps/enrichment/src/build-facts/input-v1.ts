import { type Facts, formatInRepository, ecosystemOf } from '@weir/contracts';
import { fullName } from '../purl/full-name.js';
import { inCanonicalOrder } from './canonical-facts.js';
import { bestScore } from './cvss-of-advisories.js';
import type { Known } from './known.js';
import type { Parts } from './read-parts.js';
import type { Vulnerability } from './vulnerability.js';

/** Weir's own document: everything known, or null. How new the feeds are is not in it: that comes with the clock. */
export function inputV1(known: Known, vulnerabilities: readonly Vulnerability[], parts: Parts): Facts['v1'] {
  const { environment, format, name, region, team } = known.repository;
  const { declared, expression, ids, category, categories } = parts.licence;
  return {
    dependencies: dependenciesOf(known),
    lastDownloadedAt: known.lastDownloadedAt,
    licence: { categories: [...categories], category, declared, expression, ids: [...ids] },
    malicious: vulnerabilities.some(({ malicious }) => malicious),
    observedAt: known.observedAt,
    package: packageOf(known),
    publishedAt: parts.publishedAt,
    repository: { environment, format, name, region, team, workspace: known.workspace },
    scorecard: known.scorecard,
    unread: parts.unread.map(({ field, reason }) => ({ field, reason })),
    vulnerabilities: vulnerabilities.map(vulnerabilityOf),
  };
}

function packageOf({
  package: { purl, type, namespace, name, version, digest },
  metadata,
  repository,
}: Known): Facts['v1']['package'] {
  return {
    digests: digestsOf(digest),
    ecosystem: ecosystemOf(type),
    filename: metadata?.filename ?? null,
    format: formatInRepository(repository.format, type),
    fullName: fullName({ type, namespace, name }),
    name,
    namespace,
    purl,
    sizeBytes: metadata?.size ?? null,
    tags: [...(metadata?.tags ?? [])].sort(),
    type,
    version,
  };
}

/** sha256:<hex> by algorithm. */
export function digestsOf(digest: string | null): Record<string, string> {
  const [algorithm, hex] = digest?.split(':') ?? [];
  return algorithm === undefined || hex === undefined ? {} : { [algorithm]: hex };
}

function vulnerabilityOf(known: Vulnerability): Facts['v1']['vulnerabilities'][number] {
  const { group, severity, epss, kev } = known;
  const { id, title, malicious, publishedAt, modifiedAt, firstSeenAt } = known;
  return {
    affectedRanges: [...known.affectedRanges],
    aliases: [...group.aliases],
    cve: group.cve,
    cvss: cvssOf(known),
    epss: epss === null ? null : { date: epss.date, percentile: epss.percentile, score: epss.score },
    firstSeenAt,
    fixedIn: [...known.fixedIn],
    id,
    kev: kev === null ? null : { dateAdded: kev.dateAdded, dueDate: kev.dueDate, ransomware: kev.ransomware },
    malicious,
    modifiedAt,
    publishedAt,
    records: [...group.decisive, ...group.further].map(({ record }) => record.id),
    ...(severity === null ? {} : { severity }),
    title,
  };
}

type Cvss = Facts['v1']['vulnerabilities'][number]['cvss'];
const written = new WeakMap<Vulnerability['scores'], Cvss>();

/** Lists of scores are shared by all packages that an advisory concerns, and so is what they amount to. */
function cvssOf({ scores }: Vulnerability): Cvss {
  const cvss = written.get(scores) ?? inCanonicalOrder(cvssOfScores(scores));
  written.set(scores, cvss);
  return cvss;
}

function cvssOfScores(scores: Vulnerability['scores']): Cvss {
  const of = (sought: 'v2' | 'v3' | 'v4') =>
    scores
      .filter(({ generation }) => generation === sought)
      .map(({ source, vector, score, severity }) => ({ source, vector, score, severity }));
  return { score: bestScore(scores)?.score ?? null, v2: of('v2'), v3: of('v3'), v4: of('v4') };
}

/** What the package itself declares: direct dependencies, each one step away. */
function dependenciesOf({ package: { type, namespace, name }, metadata }: Known): Facts['v1']['dependencies'] {
  const self = fullName({ type, namespace, name });
  return (metadata?.dependencies ?? []).map((dependency) => ({
    direct: true,
    name: dependency.name,
    path: [self, dependency.name],
    purl: null,
    requirement: dependency.requirement ?? null,
  }));
}
