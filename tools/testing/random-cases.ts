import { randomBytes } from 'node:crypto';
import { seeded } from './seeded.js';

/** Chance with a seed: the same choices for the same seed. */
export interface Chance {
  /** A number in [0, 1). */
  readonly next: () => number;
  /** A whole number from 0 up to `below`, without it. */
  readonly below: (below: number) => number;
  readonly pick: <T>(choices: readonly T[]) => T;
  /** True so often. */
  readonly happens: (share: number) => boolean;
  /** About so many of them, in their order. */
  readonly someOf: <T>(choices: readonly T[], most: number) => readonly T[];
  readonly listOf: <T>(most: number, make: () => T) => readonly T[];
}

export const chanceOf = (seed: number): Chance => {
  const next = seeded(seed);
  const below = (limit: number): number => Math.floor(next() * limit);
  return {
    next,
    below,
    pick: <T>(choices: readonly T[]): T => choices[below(choices.length)] as T,
    someOf: (choices, most) => choices.filter(() => next() * choices.length < most),
    happens: (share) => next() < share,
    listOf: (most, make) => Array.from({ length: below(most + 1) }, make),
  };
};

/** The seed of the environment, to repeat a run; else a new one each time. */
export const givenSeed = (): number => Number(process.env['SEED'] ?? randomBytes(4).readUInt32LE());

/** Runs a property with so many seeds from `from` on; what fails names the seed that shows it. */
export const forEachSeed = (count: number, holds: (chance: Chance) => void, from = givenSeed()): void => {
  for (let seed = from; seed < from + count; seed += 1) {
    try {
      holds(chanceOf(seed));
    } catch (fault) {
      throw new Error(`Does not hold with SEED=${seed}: ${fault instanceof Error ? fault.message : String(fault)}`, {
        cause: fault,
      });
    }
  }
};

export type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };

const NAMES = ['a', 'b', 'c', 'v1', 'x.y', '*', '?', '', '__proto__', 'constructor'];
const SCALARS: readonly Json[] = [null, true, false, 0, 1, 2.5, '', 'a', ',"v1":{', '"', '\\', '\u0000', 'é'];

/** A document of few names and values, so that two are often alike in part. */
export const randomJson = (chance: Chance, depth = 4, names = NAMES): Json => {
  const kind = depth === 0 ? 0 : chance.below(4);
  if (kind < 2) return chance.pick(SCALARS);
  if (kind === 2) return chance.listOf(3, () => randomJson(chance, depth - 1, names));
  return randomMembers(chance, depth, names);
};

export const randomMembers = (chance: Chance, depth = 4, names = NAMES): { readonly [name: string]: Json } =>
  Object.fromEntries(chance.listOf(4, () => [chance.pick(names), randomJson(chance, depth - 1, names)]));
