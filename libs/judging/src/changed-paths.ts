import { elementShape, inputShape, memberShape, type Shape } from '@weir/policy';
import { isDeepStrictEqual } from 'node:util';

/** Deeper differences are told as their ancestor's. */
const DEEPEST = 8;

/**
 * The dotted paths at which two JSON documents differ (empty for the whole), sorted, in the form in which reads of
 * policies are told: elements of arrays have no place in a path, so that a difference within an element is one below the
 * array; what should be a list by the documentation and is an object is told as a whole. Invariant: a policy that reads at,
 * above or below none of them answers the same for both.
 */
export const changedPaths = (before: unknown, after: unknown): readonly string[] => {
  const changed = new Set<string>();
  compare(before, after, { names: [], shape: inputShape }, changed);
  return [...changed].sort();
};

/** Where the documents are compared, and what the documentation says should be there. */
interface Place {
  readonly names: readonly string[];
  readonly shape: Shape;
}

const compare = (before: unknown, after: unknown, place: Place, changed: Set<string>): void => {
  if (before === after) return;
  const goesOn = place.names.length < DEEPEST && isTree(before) && isTree(after);
  if (goesOn && Array.isArray(before) && Array.isArray(after)) compareElements(before, after, place, changed);
  else if (goesOn && isObject(before) && isObject(after) && place.shape.kind !== 'list')
    compareMembers(before, after, place, changed);
  else if (!isDeepStrictEqual(before, after)) changed.add(place.names.join('.'));
};

const UNKNOWN: Shape = { kind: 'any' };

type Tree = Readonly<Record<string, unknown>>;

const isTree = (value: unknown): value is Tree => typeof value === 'object' && value !== null;

const isObject = (value: Tree): boolean => !Array.isArray(value);

const compareElements = (
  before: readonly unknown[],
  after: readonly unknown[],
  place: Place,
  changed: Set<string>,
): void => {
  const element = { names: place.names, shape: elementShape(place.shape) };
  if (before.length !== after.length) changed.add(place.names.join('.'));
  else before.forEach((one, index) => compare(one, after[index], element, changed));
};

const compareMembers = (before: Tree, after: Tree, { names, shape }: Place, changed: Set<string>): void => {
  for (const name of new Set([...Object.keys(before), ...Object.keys(after)])) {
    // Which members there are is the parent's matter; and a name with a dot would be read as two.
    if (!Object.hasOwn(before, name) || !Object.hasOwn(after, name)) changed.add(names.join('.'));
    else if (name.includes('.')) {
      if (!isDeepStrictEqual(before[name], after[name])) changed.add(names.join('.'));
    } else
      compare(
        before[name],
        after[name],
        { names: [...names, name], shape: memberShape(shape, name) ?? UNKNOWN },
        changed,
      );
  }
};
