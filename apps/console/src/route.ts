import { useSyncExternalStore } from 'react';

export interface PackageFilter {
  readonly state: string;
  readonly q: string;
}

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
  | { readonly page: 'feeds' };

const placeOf = (field: (name: keyof PackagePlace) => string): PackagePlace => ({
  purl: field('purl'),
  repository: field('repository'),
  workspace: field('workspace'),
});

const parse = (hash: string): Route => {
  const [path = '', query = ''] = hash.replace(/^#/, '').split('?');
  const fields = new URLSearchParams(query);
  const decision = /^\/decision\/(.+)$/.exec(path)?.[1];
  if (decision) return { page: 'decision', id: decodeURIComponent(decision) };
  if (path === '/package') return { page: 'package', place: placeOf((name) => fields.get(name) ?? '') };
  if (path === '/policies') return { page: 'policies' };
  if (path === '/feeds') return { page: 'feeds' };
  return { page: 'packages', filter: { state: fields.get('state') ?? '', q: fields.get('q') ?? '' } };
};

const subscribe = (changed: () => void) => {
  window.addEventListener('hashchange', changed);
  return () => window.removeEventListener('hashchange', changed);
};

export const useRoute = (): Route => parse(useSyncExternalStore(subscribe, () => window.location.hash));

export const packagesHref = (filter: Partial<PackageFilter>): string => {
  const fields = new URLSearchParams(Object.entries(filter).filter(([, value]) => value !== ''));
  return fields.size === 0 ? '#/' : `#/?${fields.toString()}`;
};

export const packageHref = (place: PackagePlace): string =>
  `#/package?${new URLSearchParams({ ...placeOf((name) => place[name]) }).toString()}`;

export const decisionHref = (id: string): string => `#/decision/${encodeURIComponent(id)}`;
