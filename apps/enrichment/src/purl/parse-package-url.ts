import { PackageURL } from 'packageurl-js';
import { type Ecosystem, ecosystemOf, pep503Name } from './ecosystem.js';
import { knownPurlTypes } from './known-purl-types.js';

/** What a package URL names. */
export interface PackageName {
  /** Canonical text with version, without qualifiers and subpath: the identity of a package. */
  readonly purl: string;
  readonly type: string;
  readonly namespace: string | null;
  readonly name: string;
  readonly version: string | null;
  readonly qualifiers: Readonly<Record<string, string>>;
  readonly subpath: string | null;
  /** null where advisories are not matched. */
  readonly ecosystem: Ecosystem | null;
  /** The name as registries and advisories write it: group:artifact, @scope/name, module path. */
  readonly fullName: string;
}

const MAX_LENGTH = 2048;

/** Reads a package URL and brings it into its one canonical spelling; refusals name the cure. */
export function parsePackageUrl(text: string): PackageName | { readonly refused: string } {
  if (text.length > MAX_LENGTH) return { refused: `a package URL has at most ${MAX_LENGTH} characters` };
  const parsed = readPackageUrl(text.trim());
  if ('refused' in parsed) return parsed;
  if (!knownPurlTypes.has(parsed.type)) {
    return { refused: `unknown package type "${parsed.type}"; known types: ${[...knownPurlTypes].join(', ')}` };
  }
  return packageName(parsed);
}

function readPackageUrl(text: string): PackageURL | { readonly refused: string } {
  try {
    return PackageURL.fromString(unscoped(text));
  } catch (error) {
    // packageurl-js 2.0.1 throws a ReferenceError for a golang version that begins with v and is not semver
    if (error instanceof ReferenceError) return { refused: 'a golang version that begins with v must be vMAJOR.MINOR.PATCH' };
    if (error instanceof Error) return { refused: `${error.message}; write it as pkg:npm/lodash@4.17.20` };
    throw error;
  }
}

/** Some tools encode the slash between an npm scope and its name. */
const unscoped = (text: string): string => text.replace(/^(pkg:npm\/(?:%40|@)[^/@]+)%2[fF]/i, '$1/');

function packageName(parsed: PackageURL): PackageName {
  const { type } = parsed;
  const namespace = canonicalCase(type, parsed.namespace ?? null);
  const name = type === 'pypi' ? pep503Name(parsed.name) : (canonicalCase(type, parsed.name) ?? parsed.name);
  const version = parsed.version ?? null;
  return {
    purl: new PackageURL(type, namespace, name, version, null, null).toString(),
    type,
    namespace,
    name,
    version,
    qualifiers: { ...parsed.qualifiers },
    subpath: parsed.subpath ?? null,
    ecosystem: ecosystemOf(type),
    fullName: fullName(type, namespace, name),
  };
}

/** The purl specification writes Go module paths in lower case; packageurl-js leaves them as they are. */
const canonicalCase = (type: string, text: string | null): string | null =>
  type === 'golang' ? (text?.toLowerCase() ?? null) : text;

function fullName(type: string, namespace: string | null, name: string): string {
  if (namespace === null) return name;
  return type === 'maven' ? `${namespace}:${name}` : `${namespace}/${name}`;
}
