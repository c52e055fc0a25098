import { seeded } from '../../../tools/testing/seeded.ts';

/** Chance that is the same for the same seed. */
export interface Dice {
  /** From 0 to below 1. */
  readonly roll: () => number;
  /** True in this share of cases. */
  readonly chance: (share: number) => boolean;
  readonly pick: <T>(options: readonly [T, ...T[]]) => T;
  readonly pickFrom: <T>(options: readonly T[]) => T | undefined;
  /** One of the names, the more often the larger its weight. */
  readonly weighed: <Name extends string>(weights: Readonly<Record<Name, number>>) => Name;
}

/** Seeds that differ in any number give other dice. */
export const dice = (...seeds: readonly number[]): Dice => {
  const roll = seeded(
    seeds.reduce((mixed, seed) => Math.imul(mixed ^ (seed + 0x9e37_79b9), 0x85eb_ca6b) >>> 0, 0x1234_5678),
  );
  const pickFrom = <T>(options: readonly T[]): T | undefined => options[Math.floor(roll() * options.length)];
  return {
    roll,
    pickFrom,
    chance: (share) => roll() < share,
    pick: (options) => pickFrom(options) ?? options[0],
    weighed: (weights) => {
      const entries = Object.entries<number>(weights) as [keyof typeof weights, number][];
      let left = roll() * entries.reduce((sum, [, weight]) => sum + weight, 0);
      return entries.find(([, weight]) => (left -= weight) < 0)?.[0] ?? (entries[0]?.[0] as keyof typeof weights);
    },
  };
};
