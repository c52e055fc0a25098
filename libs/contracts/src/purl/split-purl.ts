/** The parts of a package URL, percent-decoded, not yet brought into the spelling of their type. */
export interface PurlParts {
  readonly type: string;
  readonly namespace: readonly string[];
  readonly name: string;
  readonly version: string | null;
  readonly qualifiers: Readonly<Record<string, string>>;
  readonly subpath: readonly string[];
}

export interface Refused {
  /** What is wrong and the cure, to be read after the name of the field. */
  readonly refused: string;
}

const NO_PURL = 'write it as pkg:npm/lodash@4.17.20';

/**
 * Takes a package URL apart as the specification says (docs/specification/how-to-parse.md). A `+` is a plus. More lenient
 * than it in two things: a second `?` or `#` belongs to the qualifiers or the subpath, and the `@` of an npm scope need not be encoded.
 */
export const splitPurl = (text: string): PurlParts | Refused => {
  const scheme = /^pkg:\/*/i.exec(text)?.[0];
  if (scheme === undefined) return { refused: `is not a package URL, because it does not begin with pkg: ${NO_PURL}` };
  const [main, subpath] = divide(text.slice(scheme.length), '#');
  const [path, query] = divide(main, '?');
  const [written, rest] = divide(path, '/');
  const type = written.toLowerCase();
  if (!/^[a-z][a-z0-9.-]*$/.test(type))
    return { refused: `is not a package URL, because ${JSON.stringify(written)} is no type: ${NO_PURL}` };
  try {
    return { ...splitPath(type, rest), qualifiers: splitQualifiers(query), subpath: segmentsOf(subpath) };
  } catch (fault) {
    if (fault instanceof URIError || fault instanceof UnreadablePart) return { refused: refusalOf(fault) };
    throw fault;
  }
};

class UnreadablePart extends Error {
  override readonly name = 'UnreadablePart';
}

const refusalOf = (fault: URIError | UnreadablePart): string =>
  fault instanceof UnreadablePart
    ? fault.message
    : 'is not a package URL, because a percent sign is not followed by the two hex digits of UTF-8 text: write a percent sign itself as %25';

/** Before and after the first `separator`; all of it when there is none. */
const divide = (text: string, separator: string): readonly [string, string] => {
  const at = text.indexOf(separator);
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
};

const splitPath = (type: string, path: string): Pick<PurlParts, 'type' | 'namespace' | 'name' | 'version'> => {
  const at = versionAt(type, path);
  const names = trimSlashes(at < 0 ? path : path.slice(0, at));
  const slash = names.lastIndexOf('/');
  return {
    type,
    namespace: segmentsOf(names.slice(0, Math.max(0, slash))),
    name: decodeURIComponent(names.slice(slash + 1)),
    version: at < 0 ? null : decodeURIComponent(path.slice(at + 1)) || null,
  };
};

const versionAt = (type: string, path: string): number => {
  const at = path.lastIndexOf('@');
  return type === 'npm' && /^\/*$/.test(path.slice(0, at)) ? -1 : at;
};

const trimSlashes = (text: string): string => text.replace(/^\/+/, '').replace(/(?<!\/)\/+$/, '');

/** An encoded slash divides as well: no namespace and no path has a slash inside a segment. */
const segmentsOf = (path: string): readonly string[] =>
  path
    .split('/')
    .flatMap((segment) => decodeURIComponent(segment).split('/'))
    .filter((segment) => segment !== '');

const splitQualifiers = (query: string): Readonly<Record<string, string>> => {
  const qualifiers = new Map<string, string>();
  for (const pair of query.split('&')) {
    const [written, value] = divide(pair, '=');
    if (value === '') continue;
    const key = written.toLowerCase();
    if (!/^[a-z][a-z0-9._-]*$/.test(key))
      throw new UnreadablePart(
        `has a qualifier named ${JSON.stringify(written)}: begin the name with a letter and use letters, digits, ".", "-" and "_"`,
      );
    if (qualifiers.has(key)) throw new UnreadablePart(`has the qualifier ${key} twice: leave one of them out`);
    qualifiers.set(key, decodeURIComponent(value));
  }
  return Object.fromEntries([...qualifiers].toSorted(([a], [b]) => (a < b ? -1 : 1)));
};
