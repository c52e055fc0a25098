import type pg from 'pg';
import { type CopiedColumn, copyInto } from '@weir/postgres';
import type { HashedRow } from './event-row.js';

const COLUMNS: readonly CopiedColumn<HashedRow>[] = [
  { name: 'shard', type: 'text', of: ({ shard }) => shard },
  { name: 'position', type: 'bigint', of: ({ position }) => position },
  { name: 'type', type: 'text', of: ({ type }) => type },
  { name: 'version', type: 'integer', of: ({ version }) => version },
  { name: 'subject', type: 'text', of: ({ subject }) => subject },
  { name: 'data', type: 'text', of: ({ data }) => data },
  { name: 'metadata', type: 'text', of: ({ metadata }) => metadata },
  { name: 'occurred_at', type: 'text', of: ({ occurredAt }) => occurredAt },
  { name: 'recorded_at', type: 'text', of: ({ recordedAt }) => recordedAt },
  { name: 'prev_hash', type: 'bytea', of: ({ previousHash }) => previousHash },
  { name: 'hash', type: 'bytea', of: ({ hash }) => hash },
];

/** Appends events to the log. */
export const copyRows = (client: pg.PoolClient, rows: readonly HashedRow[]): Promise<void> =>
  copyInto(client, 'log.event', COLUMNS, rows);
