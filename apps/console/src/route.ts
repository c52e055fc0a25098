import { useSyncExternalStore } from 'react';

/** What a list of packages is narrowed to, and which page of it; empty for what is not asked for. */
export interface PackageFilter {
  readonly workspace: string;
  readonly repository: string;
  readonly state: string;
  readonly format: string;
  readonly environment: string;
  readonly tag: string;
  /** Id of a policy that asks for something. */
  readonly policy: string;
  readonly q: string;
  readonly sort: string;
  /** Where the page begins or ends. */
  readonly cursor: string;
  /** The number of the first entry, counted from 1; empty on the first page. */
  readonly from: string;
}

const FILTER_FIELDS = [
  'workspace',
  'repository',
  'state',
  'format',
  'environment',
  'tag',
  'policy',
  'q',
  'sort',
  'cursor',
  'from',
] as const satisfies readonly (keyof PackageFilter)[];

/** Where a package is: the same package URL may be in a repository of one name in several workspaces. */
export interface PackagePlace {
  readonly purl: string;
  readonly repository: string;
  /** Empty in addresses of before: then the first workspace that has it. */
  readonly workspace: string;
}

/** What the address names; kept behind the hash so that every path of the server stays its own. */
export type Route =
  | { readonly page: 'packages'; readonly filter: PackageFilter }
  | { readonly page: 'package'; readonly place: PackagePlace }
  | { readonly page: 'decision'; readonly id: string }
  | { readonly page: 'policies' }
  | { readonly page: 'policy'; readonly id: string }
  | { readonly page: 'feeds' }
  | { readonly page: 'keys' }
  | { readonly page: 'unjudged' }
  | { readonly page: 'unknown'; readonly address: string };

type Field = (name: string) => string;

const placeOf = (field: Field): PackagePlace => ({
  purl: field('purl'),
  repository: field('repository'),
  workspace: field('workspace'),
});

const filterOf = (field: Field): PackageFilter =>
  Object.fromEntries(FILTER_FIELDS.map((name) => [name, field(name)])) as unknown as PackageFilter;

export const parseHash = (hash: string): Route => {
  const [path = '', query = ''] = hash.replace(/^#/, '').split(/\?(.*)/s);
  const fields = new URLSearchParams(query);
  const field: Field = (name) => fields.get(name) ?? '';
  const [, kind = '', name] = /^\/?([^/]*)(?:\/(.+))?$/.exec(path) ?? [];
  const id = name === undefined ? null : decoded(name);
  if (kind === '' && name === undefined) return { page: 'packages', filter: filterOf(field) };
  if (kind === 'decision' && id !== null) return { page: 'decision', id };
  if (kind === 'policy' && id !== null) return { page: 'policy', id };
  if (kind === 'package' && name === undefined && field('purl') !== '')
    return { page: 'package', place: placeOf(field) };
  if (name === undefined && (kind === 'policies' || kind === 'feeds' || kind === 'keys' || kind === 'unjudged'))
    return { page: kind };
  return { page: 'unknown', address: hash };
};

/** null for what is not percent-encoded text, such as a lone %. */
const decoded = (text: string): string | null => {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
};

const subscribe = (changed: () => void) => {
  window.addEventListener('hashchange', changed);
  return () => window.removeEventListener('hashchange', changed);
};

/** The address behind the hash, and the page that it names. */
export const useRoute = (): { readonly hash: string; readonly route: Route } => {
  const hash = useSyncExternalStore(subscribe, () => window.location.hash);
  return { hash, route: parseHash(hash) };
};

export const packagesHref = (filter: Partial<PackageFilter>): string => {
  const fields = new URLSearchParams(
    FILTER_FIELDS.flatMap((name) => (filter[name] ? [[name, filter[name]] as [string, string]] : [])),
  );
  return fields.size === 0 ? '#/' : `#/?${fields.toString()}`;
};

/** The same list with other terms, from its first page on. */
export const narrowed = (filter: PackageFilter, change: Partial<PackageFilter>): string =>
  packagesHref({ ...filter, cursor: '', from: '', ...change });

export const packageHref = (place: PackagePlace): string =>
  `#/package?${new URLSearchParams({ ...placeOf((name) => place[name as keyof PackagePlace]) }).toString()}`;

export const decisionHref = (id: string): string => `#/decision/${encodeURIComponent(id)}`;

export const policyHref = (id: string): string => `#/policy/${encodeURIComponent(id)}`;
