import { anything, list, record, type Shape } from './shape.js';

const key = 'active created_at default fingerprint_short fingerprint public_key ssh_fingerprint comment';

/** What OSV records hold besides what the facts are sure to have: https://ossf.github.io/osv-schema, version 1.7. */
const osv = record('schema_version withdrawn', {
  affected: list(record('', { ranges: anything, database_specific: anything, ecosystem_specific: anything })),
  credits: anything,
  database_specific: anything,
  references: anything,
});

/** Packages of all formats together: those of Hugging Face have `card` and other members of `files`. */
const packageMembers = record('', {
  card: anything,
  distro: record('', { variants: anything }),
  files: list(record('created_at file_extension oid path')),
  license: record('', { oss_license: record('spdx_license spdx_template spdx_details_url') }),
});

/**
 * What Cloudsmith documents of `input.v0` (api-schema-v2, PolicyInputV0, and cloudsmith-go of June 2026) and Weir's
 * schema does not have, since nothing here fills it. A policy may name it, so that it runs here and there unchanged.
 * `security_scan` is a report of Trivy, which has more members than ours.
 */
export const documentedBesides: Shape = record('', {
  v0: record('', {
    package: packageMembers,
    repository: record('', { ecdsa_keys: list(record(key)), gpg_keys: list(record(key)) }),
    osv: list(osv),
    model_security: record('availability scan_summary source', { scan_details: anything }),
    sbom: anything,
    security_scan: anything,
    upstream: anything,
  }),
});
