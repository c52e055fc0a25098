import { seeded } from './seeded.js';

/** A whole number from 0 to below `below`. */
export type Random = (below: number) => number;

/** The same choices for the same seed. */
export const randomChoices = (seed: number): Random => {
  const random = seeded(seed);
  return (below) => Math.floor(random() * below);
};

/** One of `values`, which are not empty. */
export const oneOf = <T>(random: Random, values: readonly T[]): T => {
  const value = values[random(values.length)];
  if (value === undefined) throw new Error('There is nothing to choose from');
  return value;
};
