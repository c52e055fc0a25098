import { asTemporary, type DerivedView } from '@weir/postgres';
import type pg from 'pg';
import type { EventStore } from './event-store.js';
import type { StoredEvent } from './event.js';
import { readUntil } from './read-until.js';

export interface ViewOfShards extends Pick<DerivedView, 'tables' | 'clear'> {
  readonly store: Pick<EventStore, 'read'>;
  /** How the names of the shards begin that the tables follow from. */
  readonly shards: string;
  /** The schema of the tables. */
  readonly schema: string;
  /** Writes what events of a shard lead to, by the statements that write the tables themselves. */
  readonly fold: (client: pg.PoolClient, shard: string, events: readonly StoredEvent[]) => Promise<void>;
}

const HEADS = 'log.shard_head WHERE starts_with(shard, $1)';

/** Tables that whoever appends to some shards writes in the same transaction. */
export const viewOfShards = ({ store, shards, schema, fold, ...view }: ViewOfShards): DerivedView => {
  const done = new Map<string, number>();
  return {
    ...view,
    bringOn: async (client) => {
      const { rows } = await client.query<{ shard: string; size: number }>(
        `SELECT shard, size::float8 AS size FROM ${HEADS} ORDER BY shard`,
        [shards],
      );
      for (const { shard, size } of rows) {
        for await (const events of readUntil(store, shard, done.get(shard) ?? 0, size))
          await fold(asTemporary(client, schema), shard, events);
        done.set(shard, size);
      }
    },
    lock: async (client) => {
      // Whoever writes moves a head in the same transaction.
      await client.query(`SELECT FROM ${HEADS} ORDER BY shard FOR UPDATE`, [shards]);
    },
  };
};
