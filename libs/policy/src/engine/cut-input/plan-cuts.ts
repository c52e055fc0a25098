import { soughtMembers, type SoughtMembers } from './find-members.js';
import type { Shown, ShownMember } from './shown-members.js';

/** A member that is cut out: its name as JSON has it, where its range is told, and what of it is kept; `null`: all. */
export interface PlannedMember {
  readonly prefix: string;
  readonly index: number;
  readonly inner: readonly PlannedMember[] | null;
}

/** What of an input the policies of a module are shown, and what has to be found in it for that. */
export interface CutPlan {
  readonly sought: SoughtMembers;
  /** How many members are sought. */
  readonly count: number;
  /** Of a policy; `null`: all of the input. The same object for all who are shown the same. */
  readonly of: (policyId: string) => readonly PlannedMember[] | null;
}

/** Made once when a module is loaded: no policy's wishes are looked at again for an input. */
export const planCuts = (shown: ReadonlyMap<string, Shown>): CutPlan => {
  let count = 0;
  const sought: OpenMembers = new Map();
  const memberOf = (name: string, within: OpenMembers): OpenMember => {
    const member = within.get(name) ?? { index: count++, inner: new Map<string, OpenMember>() };
    within.set(name, member);
    return member;
  };
  const plan = (members: readonly ShownMember[], within: OpenMembers): readonly PlannedMember[] =>
    members.map(({ name, inner }) => {
      const member = memberOf(asLatin1(name), within);
      const prefix = `${asLatin1(JSON.stringify(name))}:`;
      return { prefix, index: member.index, inner: inner && plan(inner, member.inner) };
    });
  const planned = new Map([...new Set(shown.values())].map((members) => [members, members && plan(members, sought)]));
  const byPolicy = new Map([...shown].map(([policyId, members]) => [policyId, planned.get(members) ?? null]));
  return { sought: closed(sought), count, of: (policyId) => byPolicy.get(policyId) ?? null };
};

/** Sought members while more are added. */
type OpenMembers = Map<string, OpenMember>;

interface OpenMember {
  readonly index: number;
  readonly inner: OpenMembers;
}

const closed = (open: OpenMembers): SoughtMembers =>
  soughtMembers(new Map([...open].map(([name, { index, inner }]) => [name, { index, inner: closed(inner) }])));

/** A name as it is found in an input that is read as Latin-1. */
const asLatin1 = (text: string): string => Buffer.from(text, 'utf8').toString('latin1');
