import { PURL_TYPE_RULES, PURL_TYPES } from './purl-types.js';
import { packageTypeNamed } from './package-format.js';
import type { PurlParts, Refused } from './split-purl.js';

/**
 * The parts in the spelling of their type: case, and what its definition in the specification asks for besides. Refused
 * is what names no package of its type.
 */
export const spellPurl = (split: PurlParts): PurlParts | Refused => {
  if (!PURL_TYPES.has(split.type)) return { refused: unknownType(split.type) };
  const parts = withOwnRules(withCase(split));
  const refused = missing(parts) ?? odd(parts);
  return refused === null ? parts : { refused };
};

const unknownType = (type: string): string => {
  const meant = packageTypeNamed(type);
  return meant === null
    ? `has the unknown package type ${JSON.stringify(type)}: use one of ${[...PURL_TYPES].join(', ')}`
    : `has the unknown package type ${JSON.stringify(type)}, which is the name of a format: write pkg:${meant}/...`;
};

const withCase = (parts: PurlParts): PurlParts => {
  const lower = PURL_TYPE_RULES[parts.type]?.lowerCase ?? [];
  return {
    ...parts,
    namespace: lower.includes('namespace') ? parts.namespace.map((text) => text.toLowerCase()) : parts.namespace,
    name: lower.includes('name') ? parts.name.toLowerCase() : parts.name,
    version: lower.includes('version') ? (parts.version?.toLowerCase() ?? null) : parts.version,
  };
};

/** The one spelling of a PyPI name: https://peps.python.org/pep-0503/#normalized-names */
export const pep503Name = (name: string): string => name.toLowerCase().replace(/[-_.]+/g, '-');

const withOwnRules = (parts: PurlParts): PurlParts => {
  const { type, namespace, name, qualifiers } = parts;
  switch (type) {
    case 'pypi':
      return { ...parts, name: pep503Name(name) };
    case 'pub':
      return { ...parts, name: name.replace(/[^a-z0-9]/g, '_') };
    case 'mlflow':
      return /databricks/i.test(qualifiers['repository_url'] ?? '') ? { ...parts, name: name.toLowerCase() } : parts;
    case 'maven':
      // As paths of a repository have it: org/apache/commons is the group org.apache.commons. No group has a slash.
      return { ...parts, namespace: namespace.length === 0 ? [] : [namespace.join('.')] };
    case 'npm':
      return withNamesDivided(parts);
    case 'golang':
      return withModulePath(parts);
    case 'git': {
      const [host, ...path] = [...namespace, ...name.split('/')].filter((part) => part !== '');
      return { ...parts, namespace: host === undefined ? [] : [host], name: path.join('/') };
    }
    default:
      return parts;
  }
};

/** Some tools encode the slash before the name, which makes all of it one name. */
const withNamesDivided = (parts: PurlParts): PurlParts => {
  const names = [...parts.namespace, ...parts.name.split('/').filter((part) => part !== '')];
  return { ...parts, namespace: names.slice(0, -1), name: names.at(-1) ?? '' };
};

/** Module proxies write an upper-case letter as an exclamation mark and the letter in lower case. */
const withModulePath = (parts: PurlParts): PurlParts => {
  const whole = withNamesDivided(parts);
  const unescape = (text: string): string => text.replace(/!([a-z])/g, (_, letter: string) => letter.toUpperCase());
  return { ...whole, namespace: whole.namespace.map(unescape), name: unescape(whole.name) };
};

const missing = ({ type, namespace, name, qualifiers }: PurlParts): string | null => {
  const rules = PURL_TYPE_RULES[type];
  if (name === '') return 'has no name: write it as pkg:npm/lodash@4.17.20';
  if (rules?.namespace === 'required' && namespace.length === 0)
    return `has no namespace, which ${type} needs: write it as ${EXAMPLES[type] ?? `pkg:${type}/namespace/${name}`}`;
  if (rules?.namespace === 'prohibited' && namespace.length > 0)
    return `has the namespace ${JSON.stringify(namespace.join('/'))}, and packages of type ${type} have none: leave it out`;
  const lacking = rules?.requires?.find((key) => qualifiers[key] === undefined);
  return lacking === undefined ? null : `has no qualifier ${lacking}, which ${type} needs: add ?${lacking}=...`;
};

const EXAMPLES: Readonly<Record<string, string>> = {
  maven: 'pkg:maven/org.apache.commons/commons-lang3@3.12.0, the group before the artifact',
  deb: 'pkg:deb/debian/curl@7.88.1-10',
  rpm: 'pkg:rpm/fedora/curl@7.50.3-1.fc25',
  apk: 'pkg:apk/alpine/curl@8.5.0-r0',
};

const NAME_RULES: Readonly<Record<string, { readonly rule: RegExp; readonly says: string }>> = {
  npm: {
    rule: /^(?:@[\w.~!*'()-]+\/)?(?!@)[\w.~!*'()-]+$/,
    says: 'npm names are name or @scope/name, without other signs than ".", "-", "_" and "~"',
  },
  pypi: {
    rule: /^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$/,
    says: 'PyPI names have letters, digits, ".", "-" and "_": leave out extras and what comes after the name',
  },
  maven: {
    rule: /^[\w.-]+\/[\w.-]+$/,
    says: 'Maven groups and artifacts have letters, digits, ".", "-" and "_": write pkg:maven/group/artifact@version',
  },
  golang: {
    rule: /^[\w.~+-]+(?:\/[\w.~+-]+)*$/,
    says: 'module paths have letters, digits, "/", ".", "-", "_" and "~": leave out the scheme, as in pkg:golang/github.com/gorilla/mux',
  },
  cargo: { rule: /^[\w-]+$/, says: 'crates have letters, digits, "-" and "_" in their name' },
  cpan: { rule: /^(?!.*::)/, says: 'this is a module: write the distribution, as in URI-PackageURL' },
  'chrome-extension': { rule: /^[a-p]{32}$/, says: 'an extension is named by its 32 letters a to p' },
};

/**
 * What no package of its type can be called would match no advisory and look clean. Known for the types whose advisories
 * are matched, and where the specification says it.
 */
const odd = ({ type, namespace, name, version }: PurlParts): string | null => {
  if (
    [...namespace, ...(type === 'git' ? name.split('/') : [name])].some(
      (segment) => segment === '.' || segment === '..',
    )
  )
    return 'has "." or ".." among its names: write the names alone';
  const whole = [...namespace, name].join('/');
  const named = NAME_RULES[type];
  if (named && !named.rule.test(whole)) return `names ${JSON.stringify(whole)}, and ${named.says}`;
  if (type === 'cpan' && namespace.some((author) => author !== author.toUpperCase()))
    return 'has an author in lower case, and CPAN writes them in upper case: write it so';
  return type === 'chrome-extension' && version !== null && !/^\d+(?:\.\d+){0,3}$/.test(version)
    ? `has the version ${JSON.stringify(version)}, and extensions have up to four numbers: write it as 1.2.3.4`
    : null;
};
