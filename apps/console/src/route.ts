import { useSyncExternalStore } from 'react';

export interface PackageFilter {
  readonly state: string;
  readonly q: string;
}

/** What the address names; kept behind the hash so that every path of the server stays its own. */
export type Route =
  | { readonly page: 'packages'; readonly filter: PackageFilter }
  | { readonly page: 'package'; readonly purl: string; readonly repository: string }
  | { readonly page: 'decision'; readonly id: string }
  | { readonly page: 'policies' };

const parse = (hash: string): Route => {
  const [path = '', query = ''] = hash.replace(/^#/, '').split('?');
  const fields = new URLSearchParams(query);
  const decision = /^\/decision\/(.+)$/.exec(path)?.[1];
  if (decision) return { page: 'decision', id: decodeURIComponent(decision) };
  if (path === '/package')
    return { page: 'package', purl: fields.get('purl') ?? '', repository: fields.get('repository') ?? '' };
  if (path === '/policies') return { page: 'policies' };
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

export const packageHref = (purl: string, repository: string): string =>
  `#/package?${new URLSearchParams({ purl, repository }).toString()}`;

export const decisionHref = (id: string): string => `#/decision/${encodeURIComponent(id)}`;
