/** Splits items, in order, into groups of at most `limit` bytes together; a larger item is a group of its own. */
export const groupBySize = <T>(
  items: readonly T[],
  limit: number,
  sizeOf: (item: T) => number,
): readonly (readonly T[])[] => {
  const groups: T[][] = [];
  let group: T[] | undefined;
  let room = 0;
  for (const item of items) {
    if (group === undefined || sizeOf(item) > room) {
      group = [];
      groups.push(group);
      room = limit;
    }
    group.push(item);
    room -= sizeOf(item);
  }
  return groups;
};
