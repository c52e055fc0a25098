import { renderExpression, type LicenceLeaf } from './spdx-expression.js';

/** A licence, a family of which one is meant, or a part that nobody can read. */
export type Leaf = LicenceLeaf | { readonly oneOf: readonly string[] } | { readonly unread: string };

/** What a text was read as. */
export type Reading = Leaf | { readonly left: Reading; readonly conjunction: 'and' | 'or'; readonly right: Reading };

/** The reading of a name that means one of these: a licence where it is one, nothing where it is none. */
export const readingOf = (ids: readonly string[]): Reading | null => {
  const [first, ...others] = ids;
  if (first === undefined) return null;
  return others.length === 0 ? { license: first } : { oneOf: ids };
};

/** Readings joined one by one; nothing to read when there are none. */
export const joined = (readings: readonly Reading[], conjunction: 'and' | 'or'): Reading => {
  const [first = { unread: '' }, ...others] = readings;
  return others.reduce<Reading>((left, right) => ({ left, conjunction, right }), first);
};

/** All leaves, from left to right. */
export const leavesOf = (reading: Reading): readonly Leaf[] => {
  if (!('conjunction' in reading)) return [reading];
  return [...leavesOf(reading.left), ...leavesOf(reading.right)];
};

/** Whether two readings mean the same licence; null when they contradict each other, else the one that says more. */
export const agreed = (one: Reading, other: Reading): Reading | null => {
  if ('oneOf' in one) return 'license' in other && one.oneOf.includes(idOf(other)) ? other : sameFamily(one, other);
  if ('oneOf' in other) return agreed(other, one);
  if (!('license' in one) || !('license' in other)) return null;
  return idOf(one) === idOf(other) ? one : null;
};

const idOf = (leaf: LicenceLeaf): string => renderExpression(leaf);

const sameFamily = (one: { readonly oneOf: readonly string[] }, other: Reading): Reading | null =>
  'oneOf' in other && other.oneOf.join() === one.oneOf.join() ? one : null;
