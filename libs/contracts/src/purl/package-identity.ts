import { PURL_TYPE_RULES } from './purl-types.js';
import type { PurlParts } from './split-purl.js';

/**
 * Qualifiers that say where a file is or what is in it, and not which it is. The specification's type definitions decide:
 * generic packages are known by checksum and download_url, and a vcpkg triplet "does not affect package identity".
 */
const describesOnly = (type: string, key: string): boolean => {
  if (key === 'vcs_url') return true;
  if (key === 'checksum' || key === 'download_url') return type !== 'generic';
  return type === 'vcpkg' && key === 'triplet';
};

/**
 * The qualifiers that name another file, and are therefore part of what is judged and held: arch, distro, platform, classifier, type,
 * repository_url, tag, file_name and all that is not known. One that only tells its type's default is left out.
 */
export const identifyingQualifiers = ({
  type,
  qualifiers,
}: Pick<PurlParts, 'type' | 'qualifiers'>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(qualifiers).filter(
      ([key, value]) => !describesOnly(type, key) && PURL_TYPE_RULES[type]?.defaults?.[key] !== value,
    ),
  );
