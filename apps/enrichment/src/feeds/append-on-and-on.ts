import { openShardDesk, type EventStore, type ShardDesk } from '@weir/event-store';
import { Retryable, type Logger } from '@weir/postgres';
import type pg from 'pg';
import { databaseFault } from '../database/database-fault.js';
import { runInTurns, type Turns } from '../run-in-turns.js';
import { appendFeedLoads, FEEDS_SHARD } from './append-feed-loads.js';

export interface AppendPorts {
  readonly store: Pick<EventStore, 'openShard'>;
  readonly pool: pg.Pool;
  readonly logger: Logger;
}

/** Tells the log of loads, now and whenever a feed was loaded. Several processes may: the log keeps each load once. */
export const appendOnAndOn = ({ store, pool, logger }: AppendPorts, pollMillis: number): Turns => {
  let desk: ShardDesk | undefined;
  return runInTurns({
    turn: async () => {
      desk ??= await openShardDesk(store, FEEDS_SHARD, logger);
      return (await appendFeedLoads(desk, pool)) > 0;
    },
    pollMillis,
    onFault: (cause) => {
      const fault = databaseFault(cause);
      logger.warn(
        { err: fault, retryable: fault instanceof Retryable },
        'loads of feeds could not be told to the log; they are told at the next turn',
      );
    },
  });
};
