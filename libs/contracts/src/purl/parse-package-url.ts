import { PackageURL } from 'packageurl-js';
import { PURL_TYPES } from './purl-types.js';

/** What a package URL names, in its one canonical spelling. */
export interface PackageName {
  /** Canonical text with the version, without qualifiers and subpath: the identity of a package. */
  readonly purl: string;
  readonly type: string;
  readonly namespace: string | null;
  readonly name: string;
  readonly version: string | null;
  readonly qualifiers: Readonly<Record<string, string>>;
  readonly subpath: string | null;
}

/** Most characters of a package URL, as written and in its canonical spelling. */
export const MAX_PURL_LENGTH = 2048;

/**
 * Reads a package URL and brings it into its canonical spelling; a refusal says what is wrong and the cure.
 * Spelling: https://github.com/package-url/purl-spec, and PEP 503 for PyPI names. Parsing the result gives the result.
 */
export const parsePackageUrl = (text: string): PackageName | { readonly refused: string } => {
  if (text.length > MAX_PURL_LENGTH)
    return { refused: `has ${text.length} characters: use at most ${MAX_PURL_LENGTH}` };
  if (hasControlCharacter(text)) return { refused: 'holds a control character: remove it' };
  const named = read(text.trim());
  if ('refused' in named) return named;
  if (!PURL_TYPES.has(named.type)) {
    return {
      refused: `has the unknown package type ${JSON.stringify(named.type)}: use one of ${[...PURL_TYPES].join(', ')}`,
    };
  }
  if (named.purl.length > MAX_PURL_LENGTH)
    return { refused: `has ${named.purl.length} characters once encoded: use at most ${MAX_PURL_LENGTH}` };
  return [named.namespace, named.name, named.version].some((part) => part !== null && hasControlCharacter(part))
    ? { refused: 'holds a control character: remove it' }
    : named;
};

// The URL parser beneath packageurl-js drops tabs and line ends in silence, which would merge two names.
const hasControlCharacter = (text: string): boolean => /\p{Cc}/u.test(text);

const read = (text: string): PackageName | { readonly refused: string } => {
  try {
    return canonical(PackageURL.fromString(text));
  } catch (fault) {
    // packageurl-js 2.0.1 throws a ReferenceError for a golang version that begins with v and is not semantic.
    if (fault instanceof ReferenceError)
      return { refused: 'has a Go version that begins with v and is not vMAJOR.MINOR.PATCH: write it as v1.2.3' };
    if (fault instanceof Error)
      return { refused: `is not a package URL (${fault.message}): write it as pkg:npm/lodash@4.17.20` };
    throw fault;
  }
};

const canonical = (parsed: PackageURL): PackageName => {
  const { type } = parsed;
  const whole = withScopeApart(parsed);
  const namespace = whole.namespace ? withCase(type, whole.namespace) : null;
  const name = type === 'pypi' ? pep503Name(whole.name) : withCase(type, whole.name);
  const url = new PackageURL(type, namespace, name, parsed.version || null, null, null);
  return {
    purl: url.toString(),
    type,
    namespace: url.namespace ?? null,
    name: url.name,
    version: url.version ?? null,
    qualifiers: { ...parsed.qualifiers },
    subpath: parsed.subpath || null,
  };
};

/** Some tools encode the slash between an npm scope and its name, which makes both one name. */
const withScopeApart = ({
  type,
  namespace,
  name,
}: PackageURL): { readonly namespace: string | undefined; readonly name: string } => {
  const scoped = type === 'npm' && !namespace ? /^(@[^/]+)\/(.+)$/.exec(name) : null;
  return { namespace: scoped?.[1] ?? namespace, name: scoped?.[2] ?? name };
};

/** The purl specification writes Go module paths in lower case; packageurl-js leaves them as they are. */
const withCase = (type: string, text: string): string => (type === 'golang' ? text.toLowerCase() : text);

/** The one spelling of a PyPI name: https://peps.python.org/pep-0503/#normalized-names */
export const pep503Name = (name: string): string => name.toLowerCase().replace(/[-_.]+/g, '-');
