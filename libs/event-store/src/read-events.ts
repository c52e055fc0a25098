import type pg from 'pg';
import { digestText } from '@weir/postgres';
import { eventId } from './event-id.js';
import { toHashedRow, type EventRecord, type HashedRow } from './event-row.js';
import type { EventMetadata, StoredEvent } from './event.js';
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

/** The event of a row; `metadata` is what its text stands for. */
export const toStoredEvent = (row: HashedRow, metadata: EventMetadata): StoredEvent => new EventOfRow(row, metadata);

/** Its data is parsed when somebody asks: a relay never does. A class, since a getter on each object would make each a slow one. */
class EventOfRow implements StoredEvent {
  readonly shard: string;
  readonly position: number;
  readonly id: string;
  readonly type: string;
  readonly version: number;
  readonly subject: string;
  readonly dataText: string;
  readonly metadata: EventMetadata;
  readonly occurredAt: string;
  readonly recordedAt: string;
  readonly hash: string;
  #parsed: { readonly data: unknown } | null = null;

  constructor(row: HashedRow, metadata: EventMetadata) {
    this.shard = row.shard;
    this.position = row.position;
    this.id = eventId(row.shard, row.position);
    this.type = row.type;
    this.version = row.version;
    this.subject = row.subject;
    this.dataText = row.data;
    this.metadata = metadata;
    this.occurredAt = row.occurredAt;
    this.recordedAt = row.recordedAt;
    this.hash = digestText(row.hash);
  }

  get data(): unknown {
    this.#parsed ??= { data: JSON.parse(this.dataText) };
    return this.#parsed.data;
  }
}
