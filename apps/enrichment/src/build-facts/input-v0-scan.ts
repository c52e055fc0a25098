import type { InputV0 } from '@weir/contracts';
import { fullName } from '../purl/full-name.js';
import { inCanonicalOrder } from './canonical-facts.js';
import type { Known } from './known.js';
import type { Vulnerability } from './vulnerability.js';

type Result = InputV0['security_scan'][number];
type Scanned = Result['Vulnerabilities'][number];

/** Trivy's names of the package kinds it finds installed. */
const TYPES: Readonly<Record<string, string>> = {
  pypi: 'python-pkg',
  npm: 'node-pkg',
  maven: 'jar',
  golang: 'gobinary',
  cargo: 'rustbinary',
};

const MAX_DESCRIPTION = 500;

/** The same findings in the shape of Trivy's report, which some of Cloudsmith's policies read. */
export function securityScanV0(known: Known, vulnerabilities: readonly Vulnerability[]): Result[] {
  const type = TYPES[known.package.type];
  if (type === undefined || (!known.advisoriesLoaded && vulnerabilities.length === 0)) return [];
  const target = `${fullName(known.package)}@${known.package.version}`;
  const found = vulnerabilities.map((vulnerability) => scanned(vulnerability, known));
  return [{ Class: 'lang-pkgs', Target: target, Type: type, Vulnerabilities: found }];
}

function scanned(vulnerability: Vulnerability, known: Known): Scanned {
  const { id, title, description, severity, fixedIn, publishedAt, modifiedAt } = vulnerability;
  const cvss = cvssOf(vulnerability);
  return {
    ...(cvss === null ? {} : { CVSS: cvss }),
    Description: description.slice(0, MAX_DESCRIPTION),
    ...(fixedIn.length === 0 ? {} : { FixedVersion: fixedIn.join(', ') }),
    InstalledVersion: known.package.version,
    ...(modifiedAt === null ? {} : { LastModifiedDate: modifiedAt }),
    PkgName: fullName(known.package),
    ...(publishedAt === null ? {} : { PublishedDate: publishedAt }),
    Severity: severity === null || severity === 'NONE' ? 'UNKNOWN' : severity,
    Status: fixedIn.length === 0 ? 'affected' : 'fixed',
    Title: title,
    VulnerabilityID: id,
  };
}

const MEMBERS = { v2: ['V2Score', 'V2Vector'], v3: ['V3Score', 'V3Vector'], v4: ['V40Score', 'V40Vector'] } as const;

type Cvss = NonNullable<Scanned['CVSS']>;
const written = new WeakMap<Vulnerability['scores'], Cvss>();

/** What a list of scores amounts to; null without any. Lists are shared by all packages that an advisory concerns. */
function cvssOf({ scores }: Vulnerability): Cvss | null {
  if (scores.length === 0) return null;
  const known = written.get(scores);
  if (known !== undefined) return known;
  const bySource: Cvss = {};
  for (const { source, generation, score, vector } of scores) {
    const [scoreName, vectorName] = MEMBERS[generation];
    bySource[source] = { ...bySource[source], [scoreName]: score, [vectorName]: vector };
  }
  const cvss = inCanonicalOrder(bySource);
  written.set(scores, cvss);
  return cvss;
}
