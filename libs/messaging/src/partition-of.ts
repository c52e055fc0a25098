import { createHash } from 'node:crypto';

/** The partition of a key: the same in every adapter, so that a package's shard does not depend on the transport. */
export const partitionOf = (key: string, partitions: number): number =>
  createHash('sha256').update(key).digest().readUInt32BE(0) % partitions;
