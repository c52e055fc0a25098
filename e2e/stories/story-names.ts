/**
 * How what a story names is called in the Weir that it is played in: no two stories that are played side by side meet.
 */
export interface StoryNames {
  readonly prefix: string;
  workspace(local: string): string;
  policy(local: string): string;
  purl(named: PackageName): string;
  product(local: string): string;
  eventId(local: string): string;
  advisoryId(local: string): string;
  cve(local: string): string;
}

export interface PackageName {
  readonly workspace: string;
  readonly repository: string;
  readonly product: string;
  readonly version: string;
}

/** Reads `b/staging/p1@1.0.0`; workspace `a` and repository `main` unless told. */
export const parsePackage = (text: string): PackageName => {
  const parts = text.split('/');
  const [product = '', version = ''] = (parts.at(-1) ?? '').split('@');
  return { workspace: parts.at(-3) ?? 'a', repository: parts.at(-2) ?? 'main', product, version };
};

export const packageText = ({ workspace, repository, product, version }: PackageName): string =>
  `${workspace}/${repository}/${product}@${version}`;

/** `number`: of the story among those of its Weir, from 0. */
export const storyNames = (number: number): StoryNames => {
  const prefix = `s${number}`;
  const numbered = new Map<string, number>();
  const numberOf = (local: string): number => {
    const known = numbered.get(local) ?? numbered.size;
    numbered.set(local, known);
    return known;
  };
  return {
    prefix,
    workspace: (local) => `${prefix}-${local}`,
    policy: (local) => `${prefix} ${local}`,
    purl: ({ product, version }) => `pkg:npm/${prefix}-${product}@${version}`,
    product: (local) => `${prefix}-${local}`,
    eventId: (local) => `${prefix}-${local}`,
    advisoryId: (local) => `GHSA-${prefix}-${local}`,
    cve: (local) => `CVE-2030-${String(10_000 + number * 100 + numberOf(local))}`,
  };
};

/** The key under which Weir keeps a package of a story. */
export const packageKeyOf = (names: StoryNames, text: string): string => {
  const named = parsePackage(text);
  return `${names.workspace(named.workspace)}/${named.repository}/${names.purl(named)}`;
};
