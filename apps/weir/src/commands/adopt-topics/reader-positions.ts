import { readRelays, RELAY, rewindRelay } from '@weir/evaluation';
import { readPositions, resetPosition } from '@weir/enrichment';
import { TOPICS } from '@weir/contracts';
import { decisionShard, effectShard, partitionOfShard } from '@weir/domain';
import { moveSource, type EventStore } from '@weir/event-store';
import type { Position } from '@weir/messaging';
import type pg from 'pg';

/** One position that is kept of a partition of a topic, whoever keeps it. */
export interface KeptPosition extends Position {
  readonly group: string;
  readonly topic: string;
  readonly partition: number;
  /** The shard of the log that the position is about or in; null: in none. */
  readonly shard: string | null;
  /** Moves it in the caller's transaction; false when it does not stand there any more. */
  readonly move: (
    client: pg.PoolClient,
    to: { readonly next: number; readonly incarnation: string },
  ) => Promise<boolean>;
}

/** Every position in a topic that the database holds. */
export const readKeptPositions = async (
  pool: pg.Pool,
  store: Pick<EventStore, 'shards'>,
): Promise<readonly KeptPosition[]> => [
  ...(await ofEnrichment(pool)),
  ...(await ofShards(store, 'evaluation', decisionShard)),
  ...(await ofShards(store, 'action', effectShard)),
  ...(await ofRelay(pool)),
];

const ofEnrichment = async (pool: pg.Pool): Promise<readonly KeptPosition[]> =>
  (await readPositions(pool)).map((kept) => ({
    ...kept,
    group: 'enrichment',
    shard: null,
    move: (client, { next, incarnation }) =>
      resetPosition(client, { topic: kept.topic, partition: kept.partition, next, incarnation }, kept),
  }));

const ofShards = async (
  store: Pick<EventStore, 'shards'>,
  group: string,
  shardOf: (partition: number) => string,
): Promise<readonly KeptPosition[]> =>
  (await store.shards())
    .filter(({ shard }) => shard === shardOf(partitionOfShard(shard)))
    .flatMap(({ shard, sources, incarnations }) =>
      Object.entries(sources).map(([topic, next]): KeptPosition => {
        const from = { next, incarnation: incarnations[topic] ?? null };
        return {
          ...from,
          group,
          topic,
          partition: partitionOfShard(shard),
          shard,
          move: (client, to) => moveSource(client, { shard, source: topic, from, to }),
        };
      }),
    );

const ofRelay = async (pool: pg.Pool): Promise<readonly KeptPosition[]> =>
  (await readRelays(pool)).map(({ shard, next, incarnation, rewinds }) => ({
    next,
    incarnation,
    group: RELAY,
    topic: TOPICS.decisions,
    partition: partitionOfShard(shard),
    shard,
    move: (client, to) => rewindRelay(client, shard, { ...to, rewinds }),
  }));
