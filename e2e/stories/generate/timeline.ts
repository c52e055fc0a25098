import type { Feed, Story } from '../story.ts';
import { dice, type Dice } from './dice.ts';

/** What the stories that are played side by side have in common: at each step what happens to all of them. */
export interface Timeline {
  readonly given: NonNullable<Story['given']>;
  readonly slots: readonly Slot[];
}

export type Slot =
  | { readonly kind: 'own' }
  /** Hostile packages may come, and go at the next calm. */
  | { readonly kind: 'storm' }
  | { readonly kind: 'calm' }
  | { readonly kind: 'load'; readonly feeds: readonly Feed[] }
  | { readonly kind: 'pass'; readonly hours: number }
  | { readonly kind: 'kill'; readonly postgres: boolean }
  | { readonly kind: 'restart'; readonly workers: number };

export const MOST_STEPS = 30;
/** Each costs all stories the seconds for which a policy that had to be ended is left alone. */
const MOST_STORMS = 2;

const FEED_SETS: readonly [readonly Feed[], ...(readonly Feed[])[]] = [
  ['osv'],
  ['osv'],
  ['epss'],
  ['kev'],
  ['osv', 'epss'],
  ['epss', 'kev'],
  ['osv', 'epss', 'kev'],
];
/** Those of an installation unless it is told otherwise, one for all, and a number that divides nothing evenly. */
const PARTITIONS = [4, 1, 7] as const;
const HOURS: readonly [number, ...number[]] = [1, 5.5, 12, 24, 30, 49, 101];

/** The first steps are the stories' own, so that there is something to which the rest can happen. */
const QUIET_STEPS = 2;

/** Kinds of steps, slots and templates that are left out, to find what those would hide. */
export type Without = ReadonlySet<string>;

export const makeTimeline = (seed: number, batch: number, without: Without = new Set()): Timeline => {
  const random = dice(seed, batch, 1);
  const partitions = dice(seed, batch, 3).pick(PARTITIONS);
  const slots: Slot[] = Array.from({ length: QUIET_STEPS }, () => ({ kind: 'own' }));
  while (slots.length < MOST_STEPS) slots.push(...nextSlots(random, slots, without));
  return { given: { workers: random.pick([1, 2]), partitions }, slots: slots.slice(0, MOST_STEPS) };
};

const nextSlots = (random: Dice, before: readonly Slot[], without: Without): readonly Slot[] => {
  const storms = before.filter(({ kind }) => kind === 'storm').length;
  const weights = { own: 52, load: 20, pass: 12, kill: 5, restart: 3, storm: storms < MOST_STORMS ? 8 : 0 };
  const kind = random.weighed(leaveOut(weights, without));
  switch (kind) {
    case 'own':
      return [{ kind }];
    case 'load':
      return [{ kind, feeds: random.pick(FEED_SETS) }];
    case 'pass':
      return [{ kind, hours: random.pick(HOURS) }];
    case 'kill':
      return [{ kind, postgres: random.chance(0.25) }];
    case 'restart':
      return [{ kind, workers: random.pick([1, 2]) }];
    case 'storm':
      return random.chance(0.3)
        ? [{ kind }, { kind: 'pass', hours: random.pick(HOURS) }, { kind: 'calm' }, { kind: 'own' }]
        : [{ kind }, { kind: 'calm' }, { kind: 'own' }];
    default: {
      const unknown: never = kind;
      throw new Error(`No slot for ${String(unknown)}`);
    }
  }
};

/** The weights with nothing for what is left out. */
export const leaveOut = <Name extends string>(
  weights: Readonly<Record<Name, number>>,
  without: Without,
): Readonly<Record<Name, number>> =>
  Object.fromEntries(Object.entries(weights).map(([name, weight]) => [name, without.has(name) ? 0 : weight])) as Record<
    Name,
    number
  >;
