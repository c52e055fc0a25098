import { identifyingQualifiers, parsePackageUrl } from '@weir/contracts';

/** The qualifiers of which a package's identity is made. */
export const qualifiersOf = (purl: string): Record<string, string> => {
  const named = parsePackageUrl(purl);
  return 'refused' in named ? {} : identifyingQualifiers(named);
};
