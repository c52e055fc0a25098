import { ecosystemOf, formatInRepository, type Facts, type InputV0 } from '@weir/contracts';
import { groupAdvisories } from '../alias-groups/group-advisories.js';
import type { Affected } from '../match-advisories/is-affected.js';
import { osvV0 } from './input-v0-osv.js';
import { packageV0, slugOf } from './input-v0-package.js';
import { securityScanV0 } from './input-v0-scan.js';
import { vulnerabilityV0 } from './input-v0-vulnerability.js';
import { inputV1 } from './input-v1.js';
import type { Known } from './known.js';
import { qualifiersOf } from './qualifiers-of.js';
import { readParts } from './read-parts.js';
import { describeVulnerability, type Vulnerability } from './vulnerability.js';

/**
 * Builds the document that every policy reads from all that is known of one package. Same knowledge, same bytes. Members
 * are written in the order of their names here and in all builders below: canonicalFacts is fast with those.
 */
export function buildFacts(known: Known): Facts {
  const parts = readParts(known);
  const { affected } = parts;
  const vulnerabilities = vulnerabilitiesOf(affected, known);
  return {
    v0: {
      identity: identityV0(known),
      metadata: [],
      osv: affected.map((one) => osvV0(one, known.package)),
      package: packageV0(known, vulnerabilities.length > 0, parts),
      repository: repositoryV0(known),
      security_scan: securityScanV0(known, vulnerabilities),
      vulnerabilities: vulnerabilities.map((one) => vulnerabilityV0(one, known)),
      workspace: { name: known.workspace, slug: known.workspace, slug_perm: known.workspace },
    },
    v1: inputV1(known, vulnerabilities, parts),
  };
}

function vulnerabilitiesOf(affected: readonly Affected[], known: Known): Vulnerability[] {
  const ecosystem = ecosystemOf(known.package.type);
  if (ecosystem === null) return [];
  return groupAdvisories(affected).map((group) => describeVulnerability(group, ecosystem, known));
}

const repositoryV0 = ({ repository: { name, region } }: Known): InputV0['repository'] => ({
  ecdsa_keys: [],
  gpg_keys: [],
  name,
  open_source_license: null,
  repository_type: 'PRIVATE',
  slug: slugOf(name),
  storage_region: region ?? '',
});

function identityV0({ package: named, repository }: Known): NonNullable<InputV0['identity']> {
  const { purl, type, namespace, name, version, digest } = named;
  const checksum = (algorithm: string): string | null =>
    digest?.startsWith(`${algorithm}:`) ? digest.slice(algorithm.length + 1) : null;
  return {
    checksum_md5: checksum('md5'),
    checksum_sha1: checksum('sha1'),
    checksum_sha256: checksum('sha256'),
    checksum_sha512: checksum('sha512'),
    format: formatInRepository(repository.format, type),
    name,
    namespace: namespace ?? '',
    purl,
    qualifiers: qualifiersOf(purl),
    subpath: null,
    version,
  };
}
