import { identifyingQualifiers, parsePackageUrl, type PackageName } from '@weir/contracts';

/**
 * How a known package stands to the one asked for: the `same`; of its `version`, told in more or less detail (the package without
 * qualifiers and its files, or files of which nothing says that they are two); `other` files of the version; a
 * `namesake`, whose name differs in case alone.
 */
export type Relation = 'same' | 'version' | 'other' | 'namesake';

/** Of two package URLs that are alike when case and qualifiers are left out. Both are canonical, `known` perhaps by the rules of before. */
export const relationOf = (asked: string, known: string): Relation => {
  if (asked === known) return 'same';
  const [one, two] = [parsePackageUrl(asked), parsePackageUrl(known)];
  if ('refused' in one || 'refused' in two) return 'namesake';
  if (one.purl === two.purl) return 'same';
  if (!isOneName(one, two)) return 'namesake';
  const [a, b] = [identifyingQualifiers(one), identifyingQualifiers(two)];
  return Object.keys(a).every((key) => b[key] === undefined || a[key] === b[key]) ? 'version' : 'other';
};

/** No two Go modules differ in case alone: their hosts do not tell them apart, and versions before wrote them in lower case. */
const isOneName = (a: PackageName, b: PackageName): boolean => {
  const name = ({ type, namespace, name: own }: PackageName): string =>
    type === 'golang' ? `${namespace ?? ''}/${own}`.toLowerCase() : `${namespace ?? ''}/${own}`;
  return name(a) === name(b) && a.version === b.version;
};
