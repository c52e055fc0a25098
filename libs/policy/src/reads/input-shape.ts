/** The documented shape of a piece of `input`. */
export type Shape =
  | { readonly kind: 'any' }
  | { readonly kind: 'scalar' }
  | { readonly kind: 'list'; readonly of: Shape }
  | { readonly kind: 'map'; readonly of: Shape }
  | { readonly kind: 'record'; readonly members: Readonly<Record<string, Shape>> };

const anything: Shape = { kind: 'any' };
const scalar: Shape = { kind: 'scalar' };
const list = (of: Shape): Shape => ({ kind: 'list', of });
const map = (of: Shape): Shape => ({ kind: 'map', of });

/** Scalar members by name, then members with a shape of their own. */
const record = (scalars: string, members: Readonly<Record<string, Shape>> = {}): Shape => ({
  kind: 'record',
  members: { ...Object.fromEntries(scalars.split(' ').filter(Boolean).map((name) => [name, scalar])), ...members },
});

const license = record(
  'raw_license raw_license_file_path license_url source match similarity override',
  {
    raw_license_file_contents: record('sha256 raw_text'),
    oss_license: record(
      'full_name license_text license_url osi_approved spdx_identifier spdx_license spdx_template spdx_details_url is_deprecated',
    ),
  },
);

/** Packages of all formats together: those of Hugging Face have `card` and other members of `files`. */
const packageShape = record(
  'format checksum_md5 checksum_sha1 checksum_sha256 checksum_sha512 description epoch extension filename indexed ' +
    'is_local last_downloaded_at name num_files package_type release security_scan_started_at ' +
    'security_scan_completed_at security_scan_status_updated_at security_scan_status size slug slug_perm subtype ' +
    'summary uploaded_at version',
  {
    architectures: list(record('name description')),
    distro: record('name slug', { variants: anything }),
    distro_version: record('name slug'),
    files: list(
      record(
        'checksum_md5 checksum_sha1 checksum_sha256 checksum_sha512 filename is_primary size slug_perm tag created_at ' +
          'file_extension oid path',
      ),
    ),
    license,
    tags: list(record('created_at is_immutable name source tag_type')),
    uploader: record('email first_name last_name slug slug_perm'),
    upstream_metadata: record('published_at'),
    card: anything,
  },
);

const key = 'active created_at default fingerprint_short fingerprint public_key ssh_fingerprint comment';

const repository = record(
  'created_at description name open_source_license repository_type slug slug_perm storage_region',
  { ecdsa_keys: list(record(key)), gpg_keys: list(record(key)) },
);

const vulnerability = record(
  // VulnerabilityID is ours beside the documented names: widely copied policies read it here.
  'format identifier VulnerabilityID package_name published_date severity title',
  {
    cvss: map(record('V2Score V2Vector V3Score V3Vector')),
    epss: record('score percentile'),
    patched_versions: list(scalar),
    source: record('name url'),
    vulnerable_versions: list(scalar),
  },
);

const osv = record('id details modified published schema_version summary withdrawn', {
  aliases: list(scalar),
  related: list(scalar),
  upstream: list(scalar),
  affected: list(
    record('', {
      package: record('ecosystem name purl'),
      ranges: anything,
      versions: list(scalar),
      severity: anything,
      database_specific: anything,
      ecosystem_specific: anything,
    }),
  ),
  severity: list(record('type score numerical_score')),
  credits: anything,
  database_specific: anything,
  references: anything,
});

const identity = record(
  'purl namespace name version subpath format checksum_md5 checksum_sha1 checksum_sha256 checksum_sha512',
  { qualifiers: anything },
);

/**
 * Rego's `input`: `v0` as Cloudsmith documents it (api-schema-v2, PolicyInputV0, and cloudsmith-go of June 2026), `v1`
 * our own, whose shape its JSON Schema tells.
 */
export const inputShape: Shape = record('', {
  v0: record('', {
    package: packageShape,
    repository,
    workspace: record('created_at country location name slug slug_perm tagline'),
    identity,
    metadata: list(record('source_kind source_identity', { content: anything })),
    upstream: anything,
    osv: list(osv),
    security_scan: anything,
    vulnerabilities: list(vulnerability),
    model_security: record('availability scan_summary source', { scan_details: anything }),
    sbom: anything,
  }),
  v1: anything,
});
