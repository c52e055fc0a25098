/** Holds for each name how often it was wanted against how often it was there; names that agree are forgotten. */
export interface Balance {
  want(name: string): void;
  meet(name: string): void;
  /** Wanted, and not there as often. */
  missing(): readonly string[];
  /** There more often than wanted. */
  surplus(): readonly string[];
}

export const openBalance = (): Balance => {
  const open = new Map<string, number>();
  const add = (name: string, by: number): void => {
    const sum = (open.get(name) ?? 0) + by;
    if (sum === 0) open.delete(name);
    else open.set(name, sum);
  };
  const namesOf = (sign: 1 | -1): readonly string[] =>
    [...open].filter(([, by]) => sign * by > 0).map(([name]) => name);
  return {
    want: (name) => add(name, 1),
    meet: (name) => add(name, -1),
    missing: () => namesOf(1),
    surplus: () => namesOf(-1),
  };
};
