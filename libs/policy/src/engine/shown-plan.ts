import { placesOf, type Places } from './input-places.js';
import type { Shown, ShownMember } from './shown-members.js';

/** A member of what a policy is shown: its name as JSON has it, where its range is told, and what of it is shown; `null`: all. */
export interface PlannedMember {
  readonly prefix: string;
  readonly index: number;
  readonly inner: readonly PlannedMember[] | null;
}

/** What the policies of a module are shown, with the places to look for in an input. */
export interface ShownPlan {
  readonly places: Places;
  readonly count: number;
  /** Of a policy; `null`: all of the input. The same object for all who are shown the same. */
  readonly of: (policyId: string) => readonly PlannedMember[] | null;
}

interface OpenPlace {
  readonly index: number;
  readonly inner: Map<string, OpenPlace>;
}

const closed = (open: ReadonlyMap<string, OpenPlace>): Places => placesOf(new Map([...open].map(([name, { index, inner }]) => [name, { index, inner: closed(inner) }])));

/** A name as it is found in an input that is read as Latin-1. */
const asLatin1 = (text: string): string => Buffer.from(text, 'utf8').toString('latin1');

/** Made once when a module is loaded: no policy's wishes are looked at again for an input. */
export const planShown = (shown: ReadonlyMap<string, Shown>): ShownPlan => {
  let count = 0;
  const places = new Map<string, OpenPlace>();
  const placeOf = (name: string, within: Map<string, OpenPlace>): OpenPlace => {
    const place = within.get(name) ?? { index: count++, inner: new Map<string, OpenPlace>() };
    within.set(name, place);
    return place;
  };
  const plan = (members: readonly ShownMember[], within: Map<string, OpenPlace>): readonly PlannedMember[] =>
    members.map(({ name, inner }) => {
      const place = placeOf(asLatin1(name), within);
      return { prefix: `${asLatin1(JSON.stringify(name))}:`, index: place.index, inner: inner && plan(inner, place.inner) };
    });
  const planned = new Map([...new Set(shown.values())].map((members) => [members, members && plan(members, places)]));
  const byPolicy = new Map([...shown].map(([policyId, members]) => [policyId, planned.get(members) ?? null]));
  return { places: closed(places), count, of: (policyId) => byPolicy.get(policyId) ?? null };
};
