import { z } from 'zod';

const ossLicense = z.object({
  full_name: z.string(),
  license_text: z.string(),
  license_url: z.string().optional(),
  osi_approved: z.boolean().optional(),
  spdx_identifier: z.string(),
  is_deprecated: z.boolean().optional(),
});

const license = z.object({
  raw_license: z.string().nullable().optional(),
  raw_license_file_path: z.string().nullable().optional(),
  raw_license_file_contents: z.object({ sha256: z.string(), raw_text: z.string() }),
  license_url: z.string().nullable().optional(),
  oss_license: ossLicense,
  source: z.enum(['AUTOMATIC', 'MANUAL']),
  match: z.enum(['NONE', 'OSS_EXACT', 'OSS_FUZZY', 'PROPRIETARY', 'UNKNOWN', 'CURATED']),
  similarity: z.number().nullable(),
  override: z.enum(['NONE', 'IGNORED', 'PURCHASED']),
});

const file = z.object({
  checksum_md5: z.string().optional(),
  checksum_sha1: z.string().optional(),
  checksum_sha256: z.string().optional(),
  checksum_sha512: z.string().optional(),
  filename: z.string(),
  is_primary: z.string(),
  size: z.number().optional(),
  slug_perm: z.string().optional(),
  tag: z.string().optional(),
});

const tag = z.object({
  created_at: z.string().optional(),
  is_immutable: z.boolean().optional(),
  name: z.string(),
  source: z.enum(['AUTOMATIC', 'MANUAL']),
  tag_type: z.enum(['INFO', 'SOME_VERSION', 'LATEST_VERSION', 'ANNOTATION']),
});

const uploader = z.object({
  email: z.string().nullable().optional(),
  first_name: z.string(),
  last_name: z.string(),
  slug: z.string(),
  slug_perm: z.string(),
});

/** `input.v0.package`: Cloudsmith's PolicyPackage. Text that is not known is empty where their schema demands text. */
export const inputV0PackageSchema = z.object({
  format: z.string(),
  architectures: z.array(z.object({ name: z.string(), description: z.string().optional() })),
  checksum_md5: z.string(),
  checksum_sha1: z.string(),
  checksum_sha256: z.string(),
  checksum_sha512: z.string(),
  description: z.string().nullable().optional(),
  distro: z.object({ name: z.string(), slug: z.string(), variants: z.string().optional() }),
  distro_version: z.object({ name: z.string().optional(), slug: z.string() }),
  epoch: z.number().nullable().optional(),
  extension: z.string(),
  filename: z.string(),
  files: z.array(file),
  indexed: z.boolean().optional(),
  is_local: z.boolean(),
  last_downloaded_at: z.string(),
  license,
  name: z.string().nullable().optional(),
  num_files: z.number().optional(),
  package_type: z.enum(['BINARY', 'SOURCE', 'COMBINED', 'OTHER']),
  release: z.string().nullable().optional(),
  security_scan_started_at: z.string().optional(),
  security_scan_completed_at: z.string().optional(),
  security_scan_status_updated_at: z.string().optional(),
  security_scan_status: z.enum([
    'AWAITING_SCAN',
    'SCANNING',
    'VULNERABLE',
    'NOT_VULNERABLE',
    'DISABLED',
    'FAILED',
    'SKIPPED',
    'UNSUPPORTED_PACKAGE',
    'UNSUPPORTED_FORMAT',
  ]),
  size: z.number().optional(),
  slug: z.string(),
  slug_perm: z.string().optional(),
  subtype: z.string(),
  summary: z.string().nullable().optional(),
  tags: z.array(tag),
  uploaded_at: z.string().optional(),
  uploader: uploader.optional(),
  upstream_metadata: z.object({ published_at: z.string().nullable().optional() }).nullable().optional(),
  version: z.string().nullable().optional(),
});
