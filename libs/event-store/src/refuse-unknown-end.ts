import { kindOf } from './event-catalog.js';
import type { ShardHead } from './event-store.js';
import type { ReadPorts } from './read-events.js';
import { UnknownEvent } from './unknown-event.js';

/** So many of a shard's last events are looked at. */
const LOOKED_AT = 500;

interface Stamp {
  readonly position: number;
  readonly type: string;
  readonly version: number;
}

const SELECT_STAMPS = `
  SELECT position::float8 AS position, type, version FROM log.event WHERE shard = $1 AND position >= $2 AND position < $3 ORDER BY position`;

/**
 * A writer does not write on where a newer Weir wrote: what it decides on is older than what that one knew. The last
 * events tell, since whatever a newer one writes on and on, it wrote there last.
 * @throws UnknownEvent for the first of them that is unknown.
 */
export const refuseUnknownEnd = async ({ pool, catalog }: ReadPorts, { shard, size }: ShardHead): Promise<void> => {
  const { rows } = await pool.query<Stamp>({
    name: 'log-read-stamps',
    text: SELECT_STAMPS,
    values: [shard, Math.max(0, size - LOOKED_AT), size],
  });
  const unknown = rows.find((row) => kindOf(catalog, row) === null);
  if (unknown) throw new UnknownEvent({ ...unknown, shard }, catalog);
};
