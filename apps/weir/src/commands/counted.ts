/** A count and what is counted: 1 package, 2 packages, 0 packages. */
export const counted = (count: number, one: string, several = `${one}s`): string =>
  `${count} ${count === 1 ? one : several}`;
