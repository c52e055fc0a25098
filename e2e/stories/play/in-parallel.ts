/** Does something for all items, some at once, each in its turn. */
export const inParallel = async <T>(
  items: readonly T[],
  most: number,
  task: (item: T) => Promise<void>,
): Promise<void> => {
  const waiting = [...items];
  const work = async (): Promise<void> => {
    for (let item = waiting.shift(); item !== undefined; item = waiting.shift()) await task(item);
  };
  await Promise.all(Array.from({ length: Math.min(most, items.length) }, work));
};
