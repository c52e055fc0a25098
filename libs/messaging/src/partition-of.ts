import { hash } from 'node:crypto';

/** The partition of a key: the same in every adapter, so that a package's shard does not depend on the transport. */
export const partitionOf = (key: string, partitions: number): number =>
  Number.parseInt(hash('sha256', key, 'hex').slice(0, 8), 16) % partitions;
