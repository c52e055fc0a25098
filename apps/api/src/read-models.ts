import { DECISION_SHARDS } from '@weir/domain';
import type { ApiPorts } from './api-ports.js';
import { followLog } from './follow-log/follow-log.js';
import { observePackages } from './summary/observe-packages.js';
import { decisionFeed, type DecisionFeed, type Positions } from './stream/decision-feed.js';

/** The read models, kept up with the log while the process runs. */
export interface ReadModels {
  start(): Promise<void>;
  /** Throws while the read models are not started. */
  feed(): DecisionFeed;
  /** Rejects with the reason while the log is not followed. */
  check(): Promise<void>;
  /** Aborts when the process ends: streams end with it. */
  readonly closing: AbortSignal;
  close(): Promise<void>;
}

export const READ_MODELS = Symbol('ReadModels');

export const readModels = (ports: ApiPorts): ReadModels => {
  const stop = new AbortController();
  let feed: DecisionFeed | null = null;
  let following: Promise<void> = Promise.resolve();
  let fault: unknown = null;
  let forget: () => void = () => undefined;

  const started = (): DecisionFeed => {
    if (feed) return feed;
    throw new Error('The read models are still starting.');
  };
  return {
    start: async () => {
      const opened = decisionFeed(ports.eventStore, await visiblePositions(ports));
      feed = opened;
      forget = observePackages(ports.pool);
      following = followLog(ports, (events) => opened.publish(events), stop.signal).catch((cause: unknown) => {
        fault = cause;
        ports.logger.error({ err: cause }, 'The read models stopped: the log can no longer be followed');
      });
    },
    feed: started,
    check: async () => {
      started();
      if (fault !== null) throw new Error('The log can no longer be followed.', { cause: fault });
    },
    closing: stop.signal,
    close: async () => {
      forget();
      stop.abort();
      await following;
    },
  };
};

const visiblePositions = async ({ pool }: ApiPorts): Promise<Positions> => {
  const { rows } = await pool.query<{ shard: string; next: number }>(
    'SELECT shard, next_position::float8 AS next FROM api.follower WHERE shard LIKE $1 ORDER BY shard',
    [`${DECISION_SHARDS}%`],
  );
  return new Map(rows.map(({ shard, next }) => [shard, next]));
};
