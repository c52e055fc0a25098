import type { PolicyReads } from '../../reads/policy-reads.js';
import { namedMember, wholeInput } from '../../reads/input-path.js';
import { anyMember, presence } from '../../reads/reads-path.js';

/** A member of an object that a policy is shown: all of it, or of an object in it these members only. */
export interface ShownMember {
  readonly name: string;
  readonly inner: readonly ShownMember[] | null;
}

/** What of an input a policy is shown; `null`: all of it. */
export type Shown = readonly ShownMember[] | null;

/** Deeper members are shown with what they are in: facts that differ from package to package lie no deeper. */
const DEEPEST = 3;

const isOpen = (name: string): boolean => name === anyMember || name === presence;

/**
 * The names down to the first that is not fixed: `v0.vulnerabilities.*.id` is `v0`, `vulnerabilities`. Invariant: below what
 * should be a list nothing is left out, so that an object in its place is shown whole: elements have no names in a path.
 */
const namesOf = (path: string): readonly string[] => {
  const names: string[] = [];
  let place = wholeInput;
  for (const name of path.split('.')) {
    if (isOpen(name) || names.length === DEEPEST || place.shape.kind === 'list') break;
    names.push(name);
    place = namedMember(place, name).path;
  }
  return names;
};

/** The least members that hold all of `paths`, in order of their names. */
const leastMembers = (paths: readonly (readonly string[])[]): readonly ShownMember[] => {
  const byName = Map.groupBy(paths, ([name = '']) => name);
  return [...byName]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, same]) => {
      const below = same.map((path) => path.slice(1));
      return { name, inner: below.some((path) => path.length === 0) ? null : leastMembers(below) };
    });
};

/**
 * The least members that hold everything a policy can read. Invariant: what a policy is shown depends on its text alone,
 * so that its answer is the same for the same members, whatever else is asked and whatever else is in the input.
 */
const shownTo = ({ inputPaths }: Pick<PolicyReads, 'inputPaths'>): Shown => {
  const paths = inputPaths.map(namesOf);
  return paths.some((path) => path.length === 0) ? null : leastMembers(paths);
};

/** The same for all policies of a module; equal ones are the same object, so that what they are shown is put together once. */
export const shownToPolicies = (
  reads: Readonly<Record<string, Pick<PolicyReads, 'inputPaths'>>>,
): ReadonlyMap<string, Shown> => {
  const known = new Map<string, Shown>();
  return new Map(
    Object.entries(reads).map(([policyId, one]) => {
      const shown = shownTo(one);
      const name = JSON.stringify(shown);
      if (!known.has(name)) known.set(name, shown);
      return [policyId, known.get(name) ?? shown];
    }),
  );
};
