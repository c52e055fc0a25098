import { isDeepStrictEqual } from 'node:util';

/** Deeper differences are told as their ancestor's. */
const DEEPEST = 8;

/**
 * The dotted paths at which two JSON documents differ (empty for the whole), sorted, in the form in which reads of
 * policies are told: elements of arrays have no place in a path, so that a difference within an element is one below the
 * array. Invariant: a policy that reads at, above or below none of them answers the same for both.
 */
export const changedPaths = (before: unknown, after: unknown): readonly string[] => {
  const changed = new Set<string>();
  compare(before, after, [], changed);
  return [...changed].sort();
};

const compare = (before: unknown, after: unknown, path: readonly string[], changed: Set<string>): void => {
  if (before === after) return;
  const goesOn =
    path.length < DEEPEST && isTree(before) && isTree(after) && Array.isArray(before) === Array.isArray(after);
  if (!goesOn) changed.add(path.join('.'));
  else if (Array.isArray(before)) compareElements(before, after as unknown as readonly unknown[], path, changed);
  else compareMembers(before, after, path, changed);
};

type Tree = Readonly<Record<string, unknown>>;

const isTree = (value: unknown): value is Tree => typeof value === 'object' && value !== null;

const compareElements = (
  before: readonly unknown[],
  after: readonly unknown[],
  path: readonly string[],
  changed: Set<string>,
): void => {
  if (before.length !== after.length) changed.add(path.join('.'));
  else before.forEach((element, index) => compare(element, after[index], path, changed));
};

const compareMembers = (before: Tree, after: Tree, path: readonly string[], changed: Set<string>): void => {
  for (const name of new Set([...Object.keys(before), ...Object.keys(after)])) {
    // Which members there are is the parent's matter; and a name with a dot would be read as two.
    if (!Object.hasOwn(before, name) || !Object.hasOwn(after, name)) changed.add(path.join('.'));
    else if (!name.includes('.')) compare(before[name], after[name], [...path, name], changed);
    else if (!isDeepStrictEqual(before[name], after[name])) changed.add(path.join('.'));
  }
};
