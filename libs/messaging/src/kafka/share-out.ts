/** A member of a group and the partitions it had until now. */
export interface Member {
  readonly id: string;
  readonly has: readonly number[];
}

/**
 * Who gets which partition numbers: each member as many as the others, give or take one, and of what it had as much as
 * that allows. Every topic of the group is handed out by the same numbers, so that the lanes of a partition stay together.
 */
export const shareOut = (members: readonly Member[], partitions: number): ReadonlyMap<string, readonly number[]> => {
  const owner = firstClaims(members, partitions);
  const claimed = (id: string): number[] => [...owner].filter(([, by]) => by === id).map(([partition]) => partition);
  const ranked = members
    .map(({ id }) => ({ id, kept: claimed(id) }))
    .sort((a, b) => b.kept.length - a.kept.length || (a.id < b.id ? -1 : 1));
  const quota = (rank: number): number =>
    Math.floor(partitions / ranked.length) + (rank < partitions % ranked.length ? 1 : 0);
  const shares = ranked.map(({ id, kept }, rank) => ({
    id,
    share: kept.sort((a, b) => a - b).slice(0, quota(rank)),
    quota: quota(rank),
  }));
  const taken = new Set(shares.flatMap(({ share }) => share));
  const free = Array.from({ length: partitions }, (_, partition) => partition).filter(
    (partition) => !taken.has(partition),
  );
  return new Map(
    shares.map(({ id, share, quota: most }) => [
      id,
      [...share, ...free.splice(0, most - share.length)].sort((a, b) => a - b),
    ]),
  );
};

/** Two members may claim the same partition when one was away: the first by id keeps it. */
const firstClaims = (members: readonly Member[], partitions: number): ReadonlyMap<number, string> => {
  const owner = new Map<number, string>();
  for (const { id, has } of [...members].sort((a, b) => (a.id < b.id ? -1 : 1))) {
    for (const partition of has)
      if (partition >= 0 && partition < partitions && !owner.has(partition)) owner.set(partition, id);
  }
  return owner;
};
