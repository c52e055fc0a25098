import type pg from 'pg';
import { digestText } from '@weir/postgres';
import { kindOf, type EventCatalog, type EventKind, type Upcaster } from './event-catalog.js';
import { eventId } from './event-id.js';
import { toHashedRow, type EventRecord, type HashedRow } from './event-row.js';
import type { EventMetadata, StoredEvent } from './event.js';
import { UnknownEvent } from './unknown-event.js';

const SELECT_ROWS = `
  SELECT position, type, version, subject, data, metadata, occurred_at, recorded_at, prev_hash, hash
  FROM log.event WHERE shard = $1 AND position >= $2 ORDER BY position LIMIT $3`;

/** Rows at `position` and after, ascending, as they lie in the table. */
export const readRows = async (
  pool: pg.Pool,
  shard: string,
  position: number,
  limit: number,
): Promise<readonly HashedRow[]> => {
  const { rows } = await pool.query<EventRecord>({
    name: 'log-read',
    text: SELECT_ROWS,
    values: [shard, position, limit],
  });
  return rows.map((row) => toHashedRow(shard, row));
};

export interface ReadPorts {
  readonly pool: pg.Pool;
  readonly catalog: EventCatalog;
}

/**
 * Events at `position` and after, ascending, in the newest version this process knows; those before the first unknown one.
 * @throws UnknownEvent when the first is unknown.
 */
export const readEvents = async (
  { pool, catalog }: ReadPorts,
  shard: string,
  position: number,
  limit: number,
): Promise<readonly StoredEvent[]> => {
  const events: StoredEvent[] = [];
  for (const row of await readRows(pool, shard, position, limit)) {
    const kind = kindOf(catalog, row);
    if (kind) events.push(toStoredEvent(row, JSON.parse(row.metadata) as EventMetadata, kind));
    else if (events.length === 0) throw new UnknownEvent(row, catalog);
    else break;
  }
  return events;
};

/** The event of a row; `metadata` is what its text stands for. */
export const toStoredEvent = (row: HashedRow, metadata: EventMetadata, kind: EventKind): StoredEvent =>
  new EventOfRow(row, metadata, kind);

const NO_STEPS: readonly Upcaster[] = [];

/**
 * Its data is parsed and upcast when somebody asks: a relay never does. A class, since a getter on each object would make
 * each a slow one.
 */
class EventOfRow implements StoredEvent {
  readonly shard: string;
  readonly position: number;
  readonly id: string;
  readonly type: string;
  readonly version: number;
  readonly storedVersion: number;
  readonly subject: string;
  readonly dataText: string;
  readonly metadata: EventMetadata;
  readonly occurredAt: string;
  readonly recordedAt: string;
  readonly hash: string;
  readonly #steps: readonly Upcaster[];
  #parsed: { readonly data: unknown } | null = null;

  constructor(row: HashedRow, metadata: EventMetadata, { newest, upcasters }: EventKind) {
    this.shard = row.shard;
    this.position = row.position;
    this.id = eventId(row.shard, row.position);
    this.type = row.type;
    this.version = newest;
    this.storedVersion = row.version;
    this.subject = row.subject;
    this.dataText = row.data;
    this.metadata = metadata;
    this.occurredAt = row.occurredAt;
    this.recordedAt = row.recordedAt;
    this.hash = digestText(row.hash);
    this.#steps = row.version === newest ? NO_STEPS : upcasters.slice(row.version - 1);
  }

  get data(): unknown {
    this.#parsed ??= { data: this.#steps.reduce<unknown>((data, step) => step(data), JSON.parse(this.dataText)) };
    return this.#parsed.data;
  }
}
