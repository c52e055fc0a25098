/** Most bytes of a package key as UTF-8: the log takes no longer subject. */
export const MAX_PACKAGE_KEY_BYTES = 2_000;

/**
 * Identity of a package in a repository: key of its messages and subject of its events. `purl` is canonical.
 * Invariant: what versions before did not encode stands as it is, so that what is in the logs of before has one key with what comes now.
 * No two purls share a key, since the percent sign itself stays encoded.
 */
export const packageKey = (workspace: string, repository: string, purl: string): string =>
  `${workspace}/${repository}/${spelledBefore(purl)}`;

/** A canonical purl as it was written before `!'()*`, and `+` in versions, were percent-encoded; keys hold it so. */
export const spelledBefore = (purl: string): string => {
  const query = purl.indexOf('?');
  const path = query < 0 ? purl : purl.slice(0, query);
  const version = path.lastIndexOf('@');
  const names = version < 0 ? path : path.slice(0, version);
  return `${decoded(names, /%(?:21|27|28|29|2A)/g)}${decoded(path.slice(names.length), /%(?:2B|21|27|28|29|2A)/g)}${purl.slice(path.length)}`;
};

const decoded = (text: string, signs: RegExp): string => text.replace(signs, (sign) => decodeURIComponent(sign));
