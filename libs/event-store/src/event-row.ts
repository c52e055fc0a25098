import type { EventRow } from './event-hash.js';

/** A row of `log.event` with its own hash. */
export interface HashedRow extends EventRow {
  readonly hash: Buffer;
}

/** A row of `log.event` as `pg` gives it: bigint as text. */
export interface EventRecord {
  readonly position: string;
  readonly type: string;
  readonly version: number;
  readonly subject: string;
  readonly data: string;
  readonly metadata: string;
  readonly occurred_at: string;
  readonly recorded_at: string;
  readonly prev_hash: Buffer;
  readonly hash: Buffer;
}

export const toHashedRow = (shard: string, record: EventRecord): HashedRow => ({
  shard,
  position: Number(record.position),
  type: record.type,
  version: record.version,
  subject: record.subject,
  data: record.data,
  metadata: record.metadata,
  occurredAt: record.occurred_at,
  recordedAt: record.recorded_at,
  previousHash: record.prev_hash,
  hash: record.hash,
});
