import { DECISION_SHARDS } from '@weir/domain';
import { UnknownEvent } from '@weir/event-store';
import { NotAble, requireMigrations } from '@weir/postgres';
import {
  keepRetention,
  observeTables,
  observeUnknownEvents,
  problem,
  ProblemError,
  type ProblemDocument,
  type Retention,
} from '@weir/service';
import { followAccepted } from './accepted/follow-accepted.js';
import { apiMigrations } from './api-migrations.js';
import type { ApiPorts } from './api-ports.js';
import { describeCauses } from './decisions/describe-causes.js';
import { followLog } from './follow-log/follow-log.js';
import { viewRetention } from './retention/view-retention.js';
import { unknownEventProblem } from './refusals/answerable.js';
import { observePackages } from './summary/observe-packages.js';
import { observeVerification } from './verification/observe-verification.js';
import { decisionFeed, type DecisionFeed, type Positions } from './stream/decision-feed.js';
import type { InWords } from './stream/streamed-decision.js';

/** The read models, kept up with the log while the process runs. */
export interface ReadModels {
  start(): Promise<void>;
  /** Throws while the read models are not started, and a 503 problem once the log is not followed any more. */
  feed(): DecisionFeed;
  /** Why what the read models tell is old, once the log is not followed any more; else null. */
  stale(): ProblemDocument | null;
  /** Rejects with the reason while the log is not followed. */
  check(): Promise<void>;
  /** Aborts when the process ends, or the log is not followed any more: streams end with it. */
  readonly closing: AbortSignal;
  close(): Promise<void>;
}

export const READ_MODELS = Symbol('ReadModels');

export const readModels = (ports: ApiPorts): ReadModels => {
  const stop = new AbortController();
  let feed: DecisionFeed | null = null;
  let following: Promise<void> = Promise.resolve();
  let retention: Retention | null = null;
  let accepted: Promise<void> = Promise.resolve();
  let fault: unknown = null;
  let forget: readonly (() => void)[] = [];

  const started = (): DecisionFeed => {
    if (feed) return feed;
    throw new NotAble('the read models are still starting');
  };
  const stale = (): ProblemDocument | null => (fault === null ? null : staleProblem(fault));
  return {
    start: async () => {
      const opened = decisionFeed(ports.streamStore, await visiblePositions(ports), inWords(ports));
      feed = opened;
      retention = keepRetention(ports, viewRetention(ports.config));
      accepted = followAccepted(ports, stop.signal);
      forget = [
        observePackages(ports.pool),
        observeTables(ports.pool, ['api', 'access']),
        observeUnknownEvents(ports.eventStore, ALL, 'api'),
        observeVerification(ports.pool),
      ];
      following = followLog(ports, (events) => opened.publish(events), stop.signal).catch((cause: unknown) => {
        fault = cause;
        ports.logger.error({ err: cause }, 'The read models stopped: the log can no longer be followed');
        stop.abort();
      });
    },
    feed: () => {
      const old = stale();
      if (old) throw new ProblemError(old);
      return started();
    },
    stale,
    check: async () => {
      started();
      await requireMigrations(ports.pool, apiMigrations);
      const old = stale();
      if (old) throw new NotAble(old.detail, { cause: fault });
    },
    closing: stop.signal,
    close: async () => {
      for (const end of forget) end();
      stop.abort();
      await Promise.all([following, retention?.stop(), accepted]);
    },
  };
};

/** Streams tell causes as lists do. */
const inWords =
  (ports: ApiPorts): InWords =>
  (decisions) =>
    describeCauses({ ...ports, pool: ports.streams }, decisions);

/** Policies are read when somebody asks for them, all else is followed. */
const ALL = /^/;

const staleProblem = (fault: unknown): ProblemDocument =>
  fault instanceof UnknownEvent
    ? unknownEventProblem(fault)
    : problem(503, 'The log can no longer be followed; the cause is in the log of the service.');

const visiblePositions = async ({ pool }: ApiPorts): Promise<Positions> => {
  const { rows } = await pool.query<{ shard: string; next: number }>(
    'SELECT shard, next_position::float8 AS next FROM api.follower WHERE shard LIKE $1 ORDER BY shard',
    [`${DECISION_SHARDS}%`],
  );
  return new Map(rows.map(({ shard, next }) => [shard, next]));
};
