import { seeded } from '../../tools/testing/seeded.ts';

/** An OSV record as far as packages are made from it. */
export interface Advisory {
  readonly id: string;
  readonly modified: string;
  readonly withdrawn?: string;
  readonly affected?: readonly {
    readonly package?: { readonly ecosystem: string; readonly name: string };
    readonly versions?: readonly string[];
  }[];
}

const TYPES: Readonly<Record<string, string>> = {
  npm: 'npm',
  PyPI: 'pypi',
  Maven: 'maven',
  Go: 'golang',
  'crates.io': 'cargo',
};
const LICENCES = ['MIT', 'Apache-2.0', 'GPL-3.0-only', 'AGPL-3.0-only', 'LGPL-2.1-or-later', 'see LICENSE', null];
const REPOSITORIES = [
  { name: 'production', environment: 'production', team: 'web' },
  { name: 'staging', environment: 'staging', team: 'web' },
  { name: 'python-data-science', environment: 'development', team: 'data' },
];
const REST = ['0.0.1', '1.0.0', '1.2.3', '2.0.0', '4.17.20', '9.9.9'];

/** A publication to send. */
export type Publication = Readonly<Record<string, unknown>>;

/** Packages that advisories name, at versions they list and at others; the same for the same seed. */
export const publications = (advisories: readonly Advisory[], count: number, seed: number): readonly Publication[] => {
  const random = seeded(seed);
  const pick = <T>(all: readonly T[]): T | undefined => all[Math.floor(random() * all.length)];
  const named = advisories
    .flatMap(({ affected = [] }) => affected)
    .filter((one) => TYPES[one.package?.ecosystem ?? ''] !== undefined);
  const made = new Map<string, Publication>();
  while (made.size < count) {
    const one = pick(named);
    const repository = pick(REPOSITORIES);
    if (!one?.package || !repository) continue;
    const version = (random() < 0.7 ? pick(one.versions ?? []) : undefined) ?? pick(REST) ?? '1.0.0';
    const purl = purlOf(one.package, version);
    const key = `${repository.name}/${purl ?? ''}`;
    if (purl && !made.has(key)) made.set(key, publication(made.size, repository, purl, pick(LICENCES) ?? null));
  }
  return [...made.values()];
};

const purlOf = (
  { ecosystem, name }: { readonly ecosystem: string; readonly name: string },
  version: string,
): string | null => {
  const type = TYPES[ecosystem];
  if (!type || /\s/.test(version + name)) return null;
  const path = name.replace(':', '/').split('/').map(encodeURIComponent).join('/');
  return `pkg:${type}/${path}@${encodeURIComponent(version)}`;
};

const publication = (index: number, repository: object, purl: string, license: string | null): Publication => ({
  specversion: '1.0',
  id: `real-${index}`,
  source: '/differential',
  type: 'dev.weir.package.published.v1',
  time: '2026-06-01T00:00:00Z',
  data: { repository, purl, publishedAt: '2026-05-01T00:00:00Z', ...(license !== null && { license }) },
});
