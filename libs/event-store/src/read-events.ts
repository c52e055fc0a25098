import type pg from 'pg';
import { eventId } from './event-id.js';
import { toHashedRow, type EventRecord, type HashedRow } from './event-row.js';
import type { EventMetadata, StoredEvent } from './event.js';
import { digestText } from './sha256.js';
import { upcast } from './upcasting.js';

const SELECT_ROWS = `
  SELECT position, type, version, subject, data, metadata, occurred_at, recorded_at, prev_hash, hash
  FROM log.event WHERE shard = $1 AND position >= $2 ORDER BY position LIMIT $3`;

/** Rows at `position` and after, ascending, as they lie in the table. */
export const readRows = async (pool: pg.Pool, shard: string, position: number, limit: number): Promise<readonly HashedRow[]> => {
  const { rows } = await pool.query<EventRecord>({ name: 'log-read', text: SELECT_ROWS, values: [shard, position, limit] });
  return rows.map((row) => toHashedRow(shard, row));
};

/** Events at `position` and after, ascending, in the newest version this process knows. */
export const readEvents = async (pool: pg.Pool, shard: string, position: number, limit: number): Promise<readonly StoredEvent[]> =>
  (await readRows(pool, shard, position, limit)).map((row) => upcast(toStoredEvent(row, JSON.parse(row.metadata) as EventMetadata)));

/** The event of a row; `metadata` is what its text stands for. Its data is parsed when somebody asks: a relay never does. */
export const toStoredEvent = (row: HashedRow, metadata: EventMetadata): StoredEvent => {
  let parsed: { readonly data: unknown } | null = null;
  return {
    shard: row.shard,
    position: row.position,
    id: eventId(row.shard, row.position),
    type: row.type,
    version: row.version,
    subject: row.subject,
    get data() {
      parsed ??= { data: JSON.parse(row.data) };
      return parsed.data;
    },
    dataText: row.data,
    metadata,
    occurredAt: row.occurredAt,
    recordedAt: row.recordedAt,
    hash: digestText(row.hash),
  };
};
