import { identifyingQualifiers } from './package-identity.js';
import { spellPurl } from './spell-purl.js';
import { splitPurl, type PurlParts, type Refused } from './split-purl.js';
import { writePurl } from './write-purl.js';

/** What a package URL names, in its one canonical spelling. */
export interface PackageName {
  /** Canonical text with the version and the qualifiers that name another file, without the others and the subpath: the identity of a package. */
  readonly purl: string;
  readonly type: string;
  readonly namespace: string | null;
  readonly name: string;
  readonly version: string | null;
  /** All that were told. */
  readonly qualifiers: Readonly<Record<string, string>>;
  readonly subpath: string | null;
}

/** Most characters of a package URL, as written and in its canonical spelling. */
export const MAX_PURL_LENGTH = 2048;

/**
 * Reads a package URL and brings it into its canonical spelling; a refusal says what is wrong and the cure.
 * Spelling: https://github.com/package-url/purl-spec, and PEP 503 for PyPI names. Parsing the result gives the result.
 */
export const parsePackageUrl = (text: string): PackageName | Refused => {
  if (text.length > MAX_PURL_LENGTH)
    return { refused: `has ${text.length} characters: use at most ${MAX_PURL_LENGTH}` };
  if (hasControlCharacter(text)) return { refused: 'holds a control character: remove it' };
  const parts = readPurl(text);
  if ('refused' in parts) return parts;
  const named = nameOf(parts);
  if (named.purl.length > MAX_PURL_LENGTH)
    return { refused: `has ${named.purl.length} characters once encoded: use at most ${MAX_PURL_LENGTH}` };
  return named;
};

/** The parts of a package URL in the spelling of its type, all qualifiers and the subpath with them. */
export const readPurl = (text: string): PurlParts | Refused => {
  const split = splitPurl(text.trim());
  if ('refused' in split) return split;
  const odd = [...split.namespace, split.name, split.version ?? '', ...Object.values(split.qualifiers)];
  if (odd.some(hasControlCharacter)) return { refused: 'holds a control character: remove it' };
  if (odd.some((part) => !part.isWellFormed())) return { refused: 'holds half a character: write it as UTF-8' };
  return spellPurl(split);
};

const hasControlCharacter = (text: string): boolean => /\p{Cc}/u.test(text);

const nameOf = (parts: PurlParts): PackageName => {
  const { type, namespace, name, version, qualifiers, subpath } = parts;
  const purl = writePurl({ ...parts, qualifiers: identifyingQualifiers(parts), subpath: [] });
  const within = subpath.filter((segment) => segment !== '.' && segment !== '..').join('/');
  return {
    purl,
    type,
    namespace: namespace.join('/') || null,
    name,
    version,
    qualifiers,
    subpath: within || null,
  };
};
