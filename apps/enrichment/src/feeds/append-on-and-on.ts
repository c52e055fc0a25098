import { FEED_SHARD } from '@weir/domain';
import { openShardQueue, type EventStore, type ShardQueue } from '@weir/event-store';
import type { Logger } from '@weir/postgres';
import type pg from 'pg';
import { beginBackgroundWork, type BackgroundWork } from '../background-work.js';
import { appendFeedLoads } from './append-feed-loads.js';

export interface AppendPorts {
  readonly store: Pick<EventStore, 'openShard'>;
  readonly pool: pg.Pool;
  readonly logger: Logger;
}

/** Tells the log of loads, now and whenever a feed was loaded. Several processes may: the log keeps each load once. */
export const appendOnAndOn = ({ store, pool, logger }: AppendPorts, pollMillis: number): BackgroundWork => {
  let queue: ShardQueue | undefined;
  const work = async (): Promise<boolean> => {
    queue ??= await openShardQueue(store, FEED_SHARD, logger);
    return (await appendFeedLoads(queue, pool)) > 0;
  };
  return beginBackgroundWork({ what: 'append loads of feeds', work, pollMillis, logger });
};
