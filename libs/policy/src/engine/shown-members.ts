import type { PolicyReads } from '../reads/policy-reads.js';
import { anyMember, presence } from '../reads/reads-path.js';

/** A member of the input, or one of a member's members: `['v0']`, `['v0', 'vulnerabilities']`. */
export type MemberPath = readonly [string] | readonly [string, string];

/** What of an input a policy is shown; `null`: all of it. */
export type Shown = readonly MemberPath[] | null;

const isOpen = (name: string | undefined): boolean => name === undefined || name === anyMember || name === presence;

const memberOf = (path: string): MemberPath | null => {
  const [first, second] = path.split('.');
  if (first === undefined || isOpen(first)) return null;
  return second === undefined || isOpen(second) ? [first] : [first, second];
};

/**
 * The least members that hold everything a policy can read. Invariant: what a policy is shown depends on its text alone,
 * so that its answer is the same for the same members, whatever else is asked and whatever else is in the input.
 */
const shownTo = ({ inputPaths }: Pick<PolicyReads, 'inputPaths'>): Shown => {
  const members = inputPaths.map(memberOf);
  if (members.includes(null)) return null;
  const known = members.filter((member) => member !== null);
  const whole = new Set(known.flatMap(([first, second]) => (second === undefined ? [first] : [])));
  const least = known.filter(([first, second]) => second === undefined || !whole.has(first));
  return [...new Map(least.map((member) => [member.join('.'), member])).values()].sort((a, b) => (a.join('.') < b.join('.') ? -1 : 1));
};

/** The same for all policies of a module; equal ones are the same object, so that what they are shown is put together once. */
export const shownToEach = (reads: Readonly<Record<string, Pick<PolicyReads, 'inputPaths'>>>): ReadonlyMap<string, Shown> => {
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
