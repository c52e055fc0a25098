/** Identity of a package in a repository: key of its messages and subject of its events. `purl` is canonical. */
export const packageKey = (workspace: string, repository: string, purl: string): string => `${workspace}/${repository}/${purl}`;
