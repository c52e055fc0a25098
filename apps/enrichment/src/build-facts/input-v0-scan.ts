import type { InputV0 } from '@weir/contracts';
import { fullName } from '../purl/full-name.js';
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
  if (type === undefined || known.freshness.osv === null) return [];
  const target = `${fullName(known.package)}@${known.package.version}`;
  const found = vulnerabilities.map((vulnerability) => scanned(vulnerability, known));
  return [{ Target: target, Class: 'lang-pkgs', Type: type, Vulnerabilities: found }];
}

function scanned(vulnerability: Vulnerability, known: Known): Scanned {
  const { id, title, description, severity, fixedIn, publishedAt, modifiedAt } = vulnerability;
  const cvss = cvssOf(vulnerability);
  return {
    ...{ VulnerabilityID: id, PkgName: fullName(known.package), InstalledVersion: known.package.version },
    ...(fixedIn.length === 0 ? {} : { FixedVersion: fixedIn.join(', ') }),
    Status: fixedIn.length === 0 ? 'affected' : 'fixed',
    Severity: severity === null || severity === 'NONE' ? 'UNKNOWN' : severity,
    ...(Object.keys(cvss).length === 0 ? {} : { CVSS: cvss }),
    ...(publishedAt === null ? {} : { PublishedDate: publishedAt }),
    ...(modifiedAt === null ? {} : { LastModifiedDate: modifiedAt }),
    ...{ Title: title, Description: description.slice(0, MAX_DESCRIPTION) },
  };
}

const MEMBERS = { v2: ['V2Score', 'V2Vector'], v3: ['V3Score', 'V3Vector'], v4: ['V40Score', 'V40Vector'] } as const;

function cvssOf({ scores }: Vulnerability): NonNullable<Scanned['CVSS']> {
  const bySource: NonNullable<Scanned['CVSS']> = {};
  for (const { source, generation, score, vector } of scores) {
    const [scoreName, vectorName] = MEMBERS[generation];
    bySource[source] = { ...bySource[source], [scoreName]: score, [vectorName]: vector };
  }
  return bySource;
}
