import type { Facts, InputV0 } from '@weir/contracts';
import { packageFormat } from '@weir/contracts';
import { groupAdvisories } from '../alias-groups/group-advisories.js';
import { normaliseLicence } from '../licences/normalise-licence.js';
import { type Affected, isAffected } from '../match-advisories/is-affected.js';
import { ecosystemOf } from '../purl/ecosystem.js';
import { fullName } from '../purl/full-name.js';
import { osvV0 } from './input-v0-osv.js';
import { packageV0, slugOf } from './input-v0-package.js';
import { securityScanV0 } from './input-v0-scan.js';
import { vulnerabilityV0 } from './input-v0-vulnerability.js';
import { inputV1 } from './input-v1.js';
import type { Known } from './known.js';
import { describeVulnerability, type Vulnerability } from './vulnerability.js';

/**
 * Builds the document that every policy reads from all that is known of one package. Same knowledge, same bytes. Members
 * are written in the order of their names here and in all builders below: canonicalFacts is fast with those.
 */
export function buildFacts(known: Known): Facts {
  const affected = affectedBy(known);
  const vulnerabilities = vulnerabilitiesOf(affected, known);
  const licence = normaliseLicence(known.metadata?.license);
  return {
    v0: {
      identity: identityV0(known),
      metadata: [],
      osv: affected.map((one) => osvV0(one, known.package)),
      package: packageV0(known, vulnerabilities.length > 0, licence),
      repository: repositoryV0(known),
      security_scan: securityScanV0(known, vulnerabilities),
      vulnerabilities: vulnerabilities.map((one) => vulnerabilityV0(one, known)),
      workspace: { name: known.workspace, slug: known.workspace, slug_perm: known.workspace },
    },
    v1: inputV1(known, vulnerabilities, licence),
  };
}

/** The advisories that affect this very version, by id. */
function affectedBy({ package: named, advisories }: Known): Affected[] {
  const ecosystem = ecosystemOf(named.type);
  if (ecosystem === null) return [];
  const sought = { ecosystem, name: fullName(named), version: named.version };
  return advisories
    .map((record) => isAffected(record, sought))
    .filter((one) => one !== null)
    .sort((a, b) => (a.record.id < b.record.id ? -1 : Number(a.record.id > b.record.id)));
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

function identityV0({ package: named }: Known): NonNullable<InputV0['identity']> {
  const { purl, type, namespace, name, version, digest } = named;
  const checksum = (algorithm: string): string | null =>
    digest?.startsWith(`${algorithm}:`) ? digest.slice(algorithm.length + 1) : null;
  return {
    checksum_md5: checksum('md5'),
    checksum_sha1: checksum('sha1'),
    checksum_sha256: checksum('sha256'),
    checksum_sha512: checksum('sha512'),
    format: packageFormat(type),
    name,
    namespace: namespace ?? '',
    purl,
    qualifiers: {},
    subpath: null,
    version,
  };
}
