import { type InputV0, formatInRepository, ecosystemOf } from '@weir/contracts';
import { SPDX_LICENCES } from '../licences/spdx-list.js';
import type { Licence } from '../licences/normalise-licence.js';
import { digestsOf } from './input-v1.js';
import type { Known } from './known.js';
import type { Parts } from './read-parts.js';
import { qualifiersOf } from './qualifiers-of.js';

type Package = InputV0['package'];

/** input.v0.package. Text that is not known is empty where the contract demands text (ADR 0032). */
export function packageV0(known: Known, vulnerable: boolean, { licence, publishedAt }: Parts): Package {
  const {
    package: { type, version },
    repository,
    metadata,
  } = known;
  const name = registryName(known);
  const filename = metadata?.filename ?? '';
  return {
    architectures: architecturesOf(known),
    ...checksums(known),
    description: metadata?.description ?? null,
    distro: { name: '', slug: '' },
    distro_version: { slug: '' },
    extension: /\.(?:tar\.[a-z0-9]+|[a-z0-9]+)$/i.exec(filename)?.[0] ?? '',
    filename,
    files: filesOf(known),
    format: formatInRepository(repository.format, type),
    is_local: true,
    // A package nobody has downloaded since it came counts from that day, so that clean-up policies see its age.
    last_downloaded_at: known.lastDownloadedAt ?? known.observedAt,
    license: licenceV0(licence),
    name,
    package_type: 'OTHER',
    security_scan_status: scanStatus(known, vulnerable),
    ...(typeof metadata?.size === 'number' ? { size: metadata.size } : {}),
    slug: slugOf(`${name}-${version}`),
    subtype: '',
    summary: metadata?.summary ?? null,
    tags: [...(metadata?.tags ?? [])].sort().map((tag) => ({ name: tag, source: 'MANUAL', tag_type: 'INFO' })),
    uploaded_at: known.observedAt,
    upstream_metadata: { published_at: publishedAt },
    version,
  };
}

const architecturesOf = ({ package: { purl } }: Known): Package['architectures'] => {
  const { arch } = qualifiersOf(purl);
  return arch === undefined ? [] : [{ name: arch }];
};

/** Cloudsmith names a Maven package by its artifact, npm and Go packages with their scope and path. */
export function registryName({ package: { type, namespace, name } }: Known): string {
  return namespace === null || type === 'maven' ? name : `${namespace}/${name}`;
}

export const slugOf = (text: string): string =>
  text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '');

function checksums(
  known: Known,
): Pick<Package, 'checksum_md5' | 'checksum_sha1' | 'checksum_sha256' | 'checksum_sha512'> {
  const { md5 = '', sha1 = '', sha256 = '', sha512 = '' } = digestsOf(known.package.digest);
  return { checksum_md5: md5, checksum_sha1: sha1, checksum_sha256: sha256, checksum_sha512: sha512 };
}

function filesOf({ package: { digest }, metadata }: Known): Package['files'] {
  if (typeof metadata?.filename !== 'string') return [];
  const { sha256 } = digestsOf(digest);
  const size = typeof metadata.size === 'number' ? { size: metadata.size } : {};
  const checksum = sha256 === undefined ? {} : { checksum_sha256: sha256 };
  return [{ ...checksum, filename: metadata.filename, is_primary: 'true', ...size }];
}

/** Advisories of an ecosystem that were never loaded are not a clean scan; what is known all the same is said. */
function scanStatus(
  { package: { type }, advisoriesLoaded }: Known,
  vulnerable: boolean,
): Package['security_scan_status'] {
  if (ecosystemOf(type) === null) return 'UNSUPPORTED_FORMAT';
  if (vulnerable) return 'VULNERABLE';
  return advisoriesLoaded ? 'NOT_VULNERABLE' : 'AWAITING_SCAN';
}

const MATCH = {
  exact: 'OSS_EXACT',
  corrected: 'OSS_FUZZY',
  proprietary: 'PROPRIETARY',
  unresolved: 'UNKNOWN',
  none: 'NONE',
} as const;
const SIMILARITY = { exact: 100, corrected: null, proprietary: null, unresolved: null, none: null } as const;

function licenceV0({ declared, expression, ids, match }: Licence): Package['license'] {
  // Never one id of several: it would be another licence than the package's.
  const identifier = expression ?? ids.join(' AND ');
  const listed = SPDX_LICENCES.get(identifier);
  return {
    match: MATCH[match],
    oss_license: {
      full_name: listed?.name ?? identifier,
      ...(listed === undefined ? {} : { is_deprecated: listed.deprecated }),
      license_text: '',
      ...(listed === undefined ? {} : { osi_approved: listed.osi }),
      spdx_identifier: identifier,
    },
    override: 'NONE',
    raw_license: declared?.slice(0, 128) ?? null,
    raw_license_file_contents: { raw_text: '', sha256: '' },
    similarity: SIMILARITY[match],
    source: 'AUTOMATIC',
  };
}
