import { z } from 'zod';
import { inputV0PackageSchema } from './input-v0-package.js';
import { inputV0OsvSchema, inputV0ScanResultSchema, inputV0VulnerabilitySchema } from './input-v0-vulnerability.js';

const repository = z.object({
  created_at: z.string().optional(),
  description: z.string().optional(),
  ecdsa_keys: z.array(z.unknown()),
  gpg_keys: z.array(z.unknown()),
  name: z.string(),
  open_source_license: z.string().nullable(),
  repository_type: z.enum(['PUBLIC', 'PRIVATE', 'OPEN_SOURCE']),
  slug: z.string().optional(),
  slug_perm: z.string().optional(),
  storage_region: z.string(),
});

const workspace = z.object({
  created_at: z.string().optional(),
  country: z.string().nullable().optional(),
  location: z.string().optional(),
  name: z.string(),
  slug: z.string(),
  slug_perm: z.string(),
  tagline: z.string().optional(),
});

const identity = z.object({
  purl: z.string(),
  namespace: z.string(),
  name: z.string(),
  version: z.string().nullable(),
  qualifiers: z.record(z.string(), z.string()),
  subpath: z.string().nullable(),
  format: z.string(),
  checksum_md5: z.string().nullable(),
  checksum_sha1: z.string().nullable(),
  checksum_sha256: z.string().nullable(),
  checksum_sha512: z.string().nullable(),
});

const metadata = z.object({
  content: z.unknown(),
  source_kind: z.enum(['UNKNOWN', 'SYSTEM', 'UPSTREAM', 'CUSTOM', 'THIRD_PARTY']),
  source_identity: z.string(),
});

/** `input.v0`: the document that Cloudsmith's policies read, so that they run here unchanged. */
export const inputV0Schema = z.object({
  package: inputV0PackageSchema,
  repository,
  workspace,
  identity: identity.nullable().optional(),
  metadata: z.array(metadata),
  osv: z.array(inputV0OsvSchema),
  security_scan: z.array(inputV0ScanResultSchema),
  vulnerabilities: z.array(inputV0VulnerabilitySchema),
});

export type InputV0 = z.infer<typeof inputV0Schema>;
