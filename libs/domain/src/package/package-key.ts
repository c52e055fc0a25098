/** Most bytes of a package key as UTF-8: the log takes no longer subject. */
export const MAX_PACKAGE_KEY_BYTES = 2_000;

/** Identity of a package in a repository: key of its messages and subject of its events. `purl` is canonical. */
export const packageKey = (workspace: string, repository: string, purl: string): string =>
  `${workspace}/${repository}/${purl}`;
