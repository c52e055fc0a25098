import { DECISIONS_AND_EFFECTS } from '@weir/domain';
import { readUntil, type EventStore } from '@weir/event-store';
import { asTheyAre, type DerivedTable, type DerivedView } from '@weir/postgres';
import type pg from 'pg';
import { writeRows } from './write-rows.js';

export interface ReadModelViewOptions {
  readonly store: Pick<EventStore, 'read'>;
  readonly keptSince: KeptSince;
}

/** Before when rows may be left out of the lists; null when all are kept. */
export interface KeptSince {
  readonly decisions: Date | null;
  readonly effects: Date | null;
}

/** Documents that versions before wrote in another order say the same. */
const DETAILS = { details: 'pg_temp.as_json(r.details)' };

/** What the API shows: packages, decisions, counts and effects. The order in which tables are written. */
export const readModelTables = (keptSince: KeptSince): readonly DerivedTable[] => [
  {
    name: 'api.package_view',
    key: ['package_key'],
    compared: {
      ...asTheyAre([
        'workspace',
        'repository',
        'format',
        'purl',
        'name',
        'presence',
        'state',
        'tags',
        'decided_at',
        'changed_at',
      ]),
      ...DETAILS,
    },
    free: {},
  },
  {
    name: 'api.decision_view',
    key: ['id'],
    compared: {
      ...asTheyAre(['workspace', 'repository', 'purl', 'decided_at', 'state', 'changed', 'matched', 'errored']),
      ...DETAILS,
    },
    free: {},
    ...missingBefore('r.decided_at', keptSince.decisions),
  },
  {
    name: 'api.decision_hour',
    key: ['workspace', 'hour'],
    compared: asTheyAre(['decisions', 'changed']),
    free: {},
    ...missingBefore('r.hour', keptSince.decisions),
  },
  {
    name: 'api.effect_view',
    key: ['effect_id'],
    compared: asTheyAre(['package_key', 'decision_id', 'kind', 'requested_at', 'deliveries']),
    free: {},
    ...missingBefore('r.requested_at', keptSince.effects),
  },
  {
    name: 'api.follower',
    key: ['shard'],
    compared: asTheyAre(['next_position']),
    free: {},
    // A position gets its row with the first events of the shard.
    mayBeMissing: 'r.next_position = 0',
  },
];

const missingBefore = (time: string, since: Date | null): Pick<DerivedTable, 'mayBeMissing'> =>
  since === null ? {} : { mayBeMissing: `${time} < '${since.toISOString()}'` };

/** The read models by the log: as far as followers are when they are compared, up to the log's end when they are mended. */
export const readModelView = ({ store, keptSince }: ReadModelViewOptions): DerivedView => {
  const done = new Map<string, number>();
  let isLocked = false;
  return {
    tables: readModelTables(keptSince),
    bringOn: async (client) => {
      for (const { shard, until } of await extents(client, isLocked)) {
        for await (const events of readUntil(store, shard, done.get(shard) ?? 0, until))
          await writeRows(client, events, false, 'pg_temp');
        done.set(shard, until);
        await client.query(
          'INSERT INTO pg_temp.follower (shard, next_position) VALUES ($1, $2) ON CONFLICT (shard) DO UPDATE SET next_position = excluded.next_position',
          [shard, until],
        );
      }
    },
    lock: async (client) => {
      // Followers lock their position before they write: taken in the same order here, nobody waits in a circle.
      await client.query('LOCK TABLE api.follower IN EXCLUSIVE MODE');
      isLocked = true;
    },
  };
};

interface Extent {
  readonly shard: string;
  readonly until: number;
}

/** A position beyond the log's end is none: what it stands for is not there. */
const extents = async (client: pg.PoolClient, toTheEnd: boolean): Promise<readonly Extent[]> => {
  const { rows } = await client.query<Extent>(
    `SELECT h.shard, ${toTheEnd ? 'h.size' : 'least(h.size, f.next_position)'}::float8 AS until
       FROM log.shard_head h LEFT JOIN api.follower f USING (shard) ORDER BY h.shard`,
  );
  return rows.filter(({ shard, until }) => DECISIONS_AND_EFFECTS.test(shard) && until !== null);
};
