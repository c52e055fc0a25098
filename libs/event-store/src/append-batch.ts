import type pg from 'pg';
import { areFew, digestText, inOrder, inTransaction } from '@weir/postgres';
import { chainEvents } from './chain-events.js';
import { copyRows } from './copy-rows.js';
import { kindOf, type EventCatalog, type EventKind } from './event-catalog.js';
import type { HashedRow } from './event-row.js';
import type { AppendBatch, ShardHead } from './event-store.js';
import type { NewEvent, StoredEvent } from './event.js';
import { extendFrontier } from './merkle-frontier.js';
import { putEvidence } from './put-evidence.js';
import { toStoredEvent } from './read-events.js';
import { moveHead } from './shard-heads.js';
import { ShardFenced } from './shard-fenced.js';

export interface AppendPorts {
  readonly pool: pg.Pool;
  readonly catalog: EventCatalog;
}

export interface Appended {
  readonly head: ShardHead;
  readonly events: readonly StoredEvent[];
}

/**
 * Writes a batch after `head` in one transaction. The head moves first, together with the beginning: a rival waits there for its row, or fails.
 * @throws ShardFenced when the head is not `head` any more; nothing was written.
 */
export const appendBatch = async (
  { pool, catalog }: AppendPorts,
  head: ShardHead,
  batch: AppendBatch,
  recordedAt: string,
): Promise<Appended> => {
  for (const event of batch.events) knownKind(catalog, event);
  const rows = chainEvents(head, batch.events, recordedAt);
  const next = headAfter(head, rows, batch);
  const work = (client: pg.PoolClient, isMoved: boolean): Promise<unknown> => {
    if (!isMoved) throw new ShardFenced(head.shard);
    return writeBehind(client, rows, batch);
  };
  await inTransaction<unknown, boolean>(pool, work, { first: (client) => moveHead(client, head, next) });
  return {
    head: next,
    events: rows.map((row, index) => toStoredEvent(row, batch.events[index]?.metadata ?? {}, knownKind(catalog, row))),
  };
};

/** Statements of a small batch go out together: what each costs by itself is most of what such a batch costs. */
const writeBehind = (client: pg.PoolClient, rows: readonly HashedRow[], batch: AppendBatch): Promise<void> =>
  inOrder(client, areFew(rows), [
    () => copyRows(client, rows),
    () => putEvidence(client, batch.evidence ?? []),
    () => batch.also?.(client) ?? Promise.resolve(),
  ]);

/** Invariant: nothing is appended that the process which appends it could not read. */
const knownKind = (catalog: EventCatalog, event: Pick<NewEvent, 'type' | 'version'>): EventKind => {
  const kind = kindOf(catalog, event);
  if (kind) return kind;
  throw new TypeError(
    `${event.type} version ${event.version} is not in the catalog of events; add it there before it is appended.`,
  );
};

const headAfter = (
  head: ShardHead,
  rows: readonly HashedRow[],
  { sources = {}, incarnations = {} }: Pick<AppendBatch, 'sources' | 'incarnations'>,
): ShardHead => {
  for (const [source, offset] of Object.entries(sources)) checkOffset(source, offset);
  const leaves = rows.map((row) => row.hash);
  const { size, hashes } = extendFrontier({ size: head.size, hashes: head.frontier }, leaves);
  const last = leaves.at(-1);
  return {
    shard: head.shard,
    size,
    lastHash: last === undefined ? head.lastHash : digestText(last),
    frontier: hashes,
    sources: { ...head.sources, ...sources },
    incarnations: { ...head.incarnations, ...incarnations },
  };
};

const checkOffset = (source: string, offset: number): void => {
  if (!Number.isSafeInteger(offset) || offset < 0)
    throw new TypeError(`The offset of source ${source} is ${offset}; give the next offset to read.`);
};
