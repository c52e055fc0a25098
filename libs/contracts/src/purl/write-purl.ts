import type { PurlParts } from './split-purl.js';

/**
 * The text of a package URL as the specification writes it (docs/specification/how-to-build.md): all is percent-encoded
 * but letters, digits, `.-_~` and the colon; qualifiers stand in the order of their names.
 * @throws URIError when a part is no Unicode text (half a surrogate pair).
 */
export const writePurl = ({ type, namespace, name, version, qualifiers, subpath }: PurlParts): string => {
  // Of a git URL the name is the path of the repository at its host.
  const names = type === 'git' ? name.split('/') : [name];
  const path = [...namespace, ...names].map(encode).join('/');
  const query = Object.keys(qualifiers)
    .toSorted()
    .map((key) => `${key}=${encode(qualifiers[key] ?? '')}`)
    .join('&');
  const within = subpath.filter((segment) => segment !== '.' && segment !== '..').map(encode);
  return [
    `pkg:${type}/${path}`,
    version === null ? '' : `@${encode(version)}`,
    query && `?${query}`,
    within.length === 0 ? '' : `#${within.join('/')}`,
  ].join('');
};

const encode = (text: string): string =>
  encodeURIComponent(text)
    .replace(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`)
    .replaceAll('%3A', ':');
