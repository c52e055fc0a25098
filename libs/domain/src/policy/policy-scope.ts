import type { RepositoryRef } from '../package/package-ref.js';

/** Which packages a policy is asked about. An empty or missing list means all; lists are combined with "and". */
export interface PolicyScope {
  readonly repositories?: readonly string[] | undefined;
  readonly formats?: readonly string[] | undefined;
  readonly environments?: readonly string[] | undefined;
  readonly teams?: readonly string[] | undefined;
  readonly regions?: readonly string[] | undefined;
}

export const isInScope = (scope: PolicyScope, repository: RepositoryRef): boolean =>
  allows(scope.repositories, repository.name) &&
  (allows(scope.formats, repository.format) || allowsAsBefore(scope.formats, repository.format)) &&
  allows(scope.environments, repository.environment) &&
  allows(scope.teams, repository.team) &&
  allows(scope.regions, repository.region);

const allows = (allowed: readonly string[] | undefined, value: string | null): boolean =>
  allowed === undefined || allowed.length === 0 || (value !== null && allowed.includes(value));

/** What versions before called these formats, which then had no packages by their names of now. */
const CALLED_BEFORE: Readonly<Record<string, string>> = {
  alpine: 'apk',
  dart: 'pub',
  ruby: 'gem',
  vsx: 'vscode-extension',
};

/** Invariant: a policy set that was made before holds what it held: whoever scoped a policy to gem meant what is called ruby now. */
const allowsAsBefore = (formats: readonly string[] | undefined, format: string): boolean => {
  const before = Object.hasOwn(CALLED_BEFORE, format) ? CALLED_BEFORE[format] : undefined;
  return before !== undefined && (formats?.includes(before) ?? false);
};
