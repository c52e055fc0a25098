import { parsePackageUrl } from '@weir/contracts';

const MOST_WORDS = 10;

/**
 * The words of a search, each with the ways in which a package URL may write it, as `readable` reads one: lower case, with `@`
 * and `+` unencoded. Who searches writes as registries do: `@babel/traverse`, `lodash 4.17.20`, `requests==2.31`, `org.slf4j:slf4j-api:2.0`.
 */
export const searchWords = (text: string): readonly (readonly string[])[] =>
  text
    .split(/\s+/)
    .filter(Boolean)
    .slice(0, MOST_WORDS)
    .map((word) => [...new Set(spellings(word).map(readable))]);

const spellings = (word: string): readonly string[] => {
  const lower = word.toLowerCase();
  if (lower.startsWith('pkg:')) {
    const parsed = parsePackageUrl(word);
    return 'refused' in parsed ? [lower] : [lower, parsed.purl.toLowerCase()];
  }
  const dashed = lower.replaceAll('_', '-');
  const versioned = (name: string) => name.replace(/={1,3}/, '@');
  return [lower, dashed, versioned(lower), versioned(dashed), ...coordinates(lower)];
};

/** Maven writes group:artifact:version, containers write image:tag. */
const coordinates = (word: string): readonly string[] => {
  const parts = word.split(':');
  if (parts.length === 2) return [parts.join('/'), parts.join('@')];
  return parts.length === 3 ? [`${parts[0]}/${parts[1]}@${parts[2]}`] : [];
};

const readable = (text: string): string =>
  text.replaceAll('%40', '@').replaceAll('%2b', '+').replaceAll('%2f', '/').replaceAll('%3a', ':');
