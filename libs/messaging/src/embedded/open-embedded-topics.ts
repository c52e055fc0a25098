import { type Bell, type Logger, openPool, reaching } from '@weir/postgres';
import { keepRetention, observeTables, withTraceContext, type Retention } from '@weir/service/observe';
import type pg from 'pg';
import type { PartitionSource } from '../delivery/partition-source.js';
import { allTopics } from '../delivery/retry-topics.js';
import { runPartition } from '../delivery/run-partition.js';
import { createLostPositions, type LostPositions } from '../positions/lost-positions.js';
import type { Consumption, OutgoingMessage, Subscription, Topics } from '../topics.js';
import { readLag, trackGroupPositions, type GroupPositions } from './group-positions.js';
import { ensureHeads, insertMessages } from './insert-messages.js';
import type { PartitionLocks } from './partition-locks.js';
import { createPublisher, type Publisher } from './publisher.js';
import { readEnds, readMessages } from './read-messages.js';
import { sharePartitions } from './share-partitions.js';
import { readIncarnation, readPlace } from './topic-place.js';
import { messageRetention, trimMessages, type KeptDays } from './message-retention.js';
import { openWakeups, type Wakeups } from './wakeups.js';

export interface EmbeddedTopicsOptions {
  /** URL of the service role; the owner has run `messagingMigrations`. */
  readonly databaseUrl: string;
  /** Fixed once the first message is written: keys stay in their partitions. */
  readonly partitions: number;
  /** Whose connections they are, to whoever looks at pg_stat_activity; weir unless told. */
  readonly name?: string;
  readonly logger: Logger;
  /** Milliseconds between two looks at who else serves a group; 1,000 unless told. */
  readonly rebalanceEvery?: number;
  /** For how long messages are kept at least, read or not, and dead letters; 0: for good. Seven days and 90 unless told. */
  readonly days?: KeptDays;
  /** Bytes that may wait to be written before more is refused; 64 MiB unless told. */
  readonly mostWaitingBytes?: number;
}

/** Topics as tables of a PostgreSQL, for one machine. */
export interface EmbeddedTopics extends Topics {
  /** Deletes what was published before `before` and passed by every group that reads it; resolves to how many. */
  trim(before: Date): Promise<number>;
}

/** Everything the parts share. */
interface Shared {
  readonly pool: pg.Pool;
  readonly partitions: number;
  readonly publisher: Publisher;
  readonly wakeups: Wakeups;
  readonly lost: LostPositions;
  readonly logger: Logger;
}

const reachingTopics = <Result>(work: () => Promise<Result>): Promise<Result> => reaching('The topics', work);

/** One of them listens; each group that is consumed has one more, which owns its partitions. */
export const EMBEDDED_TOPICS_CONNECTIONS = 9;
const KEPT_DAYS: KeptDays = { messages: 7, deadLetters: 90 };

/** Opens the topics of a migrated database. Throws when its topics have another number of partitions. */
export const openEmbeddedTopics = async (options: EmbeddedTopicsOptions): Promise<EmbeddedTopics> => {
  const { databaseUrl, name = 'weir', partitions, logger, rebalanceEvery = 1_000, days = KEPT_DAYS } = options;
  const pool = openPool({ databaseUrl, name: `${name} topics`, logger, connections: EMBEDDED_TOPICS_CONNECTIONS });
  try {
    await refuseOtherPartitions(pool, partitions);
  } catch (fault) {
    await pool.end();
    throw fault;
  }
  const wakeups = openWakeups({ pool, logger, readHeads: () => readHeads(pool) });
  const insert = insertWithHeads(pool, partitions, wakeups);
  const publisher = createPublisher(insert, options.mostWaitingBytes);
  const shared: Shared = { pool, partitions, logger, publisher, wakeups, lost: createLostPositions() };
  const forget = observeTables(pool, ['topic']);
  /** Begun by who consumes: a command that only looks deletes nothing. */
  let retention: Retention | null = null;
  const consumptions = new Set<Consumption>();
  return {
    system: 'postgresql',
    partitions,
    publish: (messages) =>
      shared.publisher.publish(messages.map((message) => ({ ...message, headers: withTraceContext(message.headers) }))),
    consume: async (subscription) => {
      retention ??= keepRetention({ pool, clock: () => new Date(), logger }, messageRetention(days));
      const consumption = await consume(shared, databaseUrl, rebalanceEvery, subscription);
      consumptions.add(consumption);
      return consumption;
    },
    peek: (topic, partition, from, limit) => reachingTopics(() => readMessages(pool, topic, partition, from, limit)),
    ends: (topic) => reachingTopics(() => readEnds(pool, topic, partitions)),
    place: (topic, partition) => reachingTopics(() => readPlace(pool, topic, partition)),
    incarnation: (topic) => reachingTopics(() => readIncarnation(pool, topic)),
    lost: shared.lost,
    lag: (group) => reachingTopics(() => readLag(pool, group)),
    trim: (before) => reachingTopics(() => trimMessages(pool, before)),
    close: async () => {
      await Promise.all([...consumptions].map((consumption) => consumption.stop()));
      await shared.publisher.drain();
      await shared.wakeups.close();
      forget();
      await retention?.stop();
      await pool.end();
    },
  };
};

const refuseOtherPartitions = async (pool: pg.Pool, partitions: number): Promise<void> => {
  const { rows } = await pool.query<{ count: number | null }>(
    'SELECT max(partition) + 1 AS count FROM topic.partition_head',
  );
  const count = rows[0]?.count ?? partitions;
  if (count !== partitions)
    throw new Error(
      `The topics of this database have ${count} partitions, not ${partitions}: set PARTITIONS=${count}. Another number would move packages to other partitions.`,
    );
};

const insertWithHeads = (pool: pg.Pool, partitions: number, wakeups: Wakeups) => {
  const known = new Set<string>();
  return (messages: readonly OutgoingMessage[]): Promise<void> =>
    reachingTopics(async () => {
      for (const topic of new Set(messages.map((message) => message.topic))) {
        if (known.has(topic)) continue;
        await ensureHeads(pool, topic, partitions);
        known.add(topic);
      }
      wakeups.published(await insertMessages(pool, partitions, messages));
    });
};

const readHeads = async (pool: pg.Pool) => {
  const { rows } = await pool.query<{ partition: number; head: string }>(
    'SELECT partition, sum(next_offset)::text AS head FROM topic.partition_head GROUP BY partition',
  );
  return rows;
};

const consume = async (
  shared: Shared,
  databaseUrl: string,
  rebalanceEvery: number,
  subscription: Subscription,
): Promise<Consumption> => {
  const { logger, partitions, pool, lost } = shared;
  const positions = trackGroupPositions(pool, subscription.group);
  const run = async (partition: number, signal: AbortSignal, locks: PartitionLocks): Promise<void> => {
    const { bell, forget } = shared.wakeups.bellOf(allTopics(subscription), partition);
    const source = sourceOf(shared, positions, { partition, locks, bell });
    await runPartition({ partition, subscription, logger, lost, signal, source }).finally(forget);
  };
  const share = sharePartitions({ databaseUrl, group: subscription.group, partitions, logger, rebalanceEvery, run });
  await share.started;
  let stopping: Promise<void> | null = null;
  return { stop: () => (stopping ??= share.stop().then(() => positions.close())) };
};

const sourceOf = (
  { pool, publisher }: Shared,
  positions: GroupPositions,
  { partition, locks, bell }: { readonly partition: number; readonly locks: PartitionLocks; readonly bell: Bell },
): PartitionSource => ({
  read: (topic, from, most) => reachingTopics(() => readMessages(pool, topic, partition, from, most)),
  mark: () => bell.mark(),
  wait: (...since) => bell.wait(...since),
  place: (topic) => reachingTopics(() => readPlace(pool, topic, partition)),
  publish: async (message) => {
    await reachingTopics(() => locks.confirm());
    await publisher.publish([message]);
  },
  passed: (topic, position) => positions.passed(topic, partition, position),
});
