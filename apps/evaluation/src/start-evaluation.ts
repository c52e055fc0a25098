import { TOPICS } from '@weir/contracts';
import { openShardDesk, type EventStore, type ShardDesk } from '@weir/event-store';
import { observeTopics, type PartitionHandler, type Topics } from '@weir/messaging';
import type { PolicyEngine } from '@weir/policy';
import { createBell, keepGoing, type Logger } from '@weir/postgres';
import { countFault, SERVICES, SPANS } from '@weir/service';
import type pg from 'pg';
import { lookAhead } from './await-time/look-ahead.js';
import { factsHandler } from './consume-facts/facts-handler.js';
import type { JudgePorts } from './judge-packages/judge-packages.js';
import { followPolicySets } from './policy-sets/current-policy-sets.js';
import { observeLog } from './observe-log.js';
import { createBackgroundPace, type BackgroundPace } from './pace-background/background-pace.js';
import { relayShard } from './relay-decisions/relay-shard.js';
import { sweepShard } from './sweep-packages/sweep-shard.js';

export interface EvaluationPorts {
  readonly pool: pg.Pool;
  readonly store: EventStore;
  readonly topics: Topics;
  readonly engine: PolicyEngine;
  readonly clock: () => Date;
  readonly logger: Logger;
  /** Milliseconds between looks for packages whose answer time may have changed. */
  readonly lookEveryMillis: number;
}

export interface Evaluation {
  /** Rejects with the reason while evaluation cannot work. */
  check(): Promise<void>;
  /** Begins to judge a partition: its shard is this process's from now on. */
  open(partition: number): Promise<PartitionHandler>;
  /** After the last partition was closed. */
  close(): Promise<void>;
}

/** The topics with evaluation's spans and measurements. */
export const observedTopics = (topics: Topics): Topics => observeTopics(topics, { service: SERVICES.evaluation, span: SPANS.evaluate });

/** Has the policy sets in force; then partitions can be opened, to judge what enrichment finds out, and again when policies or the time change the answer. */
export const startEvaluation = async (given: EvaluationPorts): Promise<Evaluation> => {
  const ports = { ...given, topics: observedTopics(given.topics) };
  const stop = new AbortController();
  let fault: unknown = null;
  const onFault = (cause: unknown): void => {
    fault = cause;
    ports.logger.error({ err: cause }, 'Evaluation stopped: policies can no longer be followed');
  };
  const policySets = followPolicySets(ports.store, ports.engine, onFault);
  await policySets.start(stop.signal);
  const judgePorts: JudgePorts = { ...ports, policySets };
  const pace = createBackgroundPace();
  const forget = observeLog(ports.store);
  return {
    check: async () => {
      if (fault) throw new Error('Policies can no longer be followed', { cause: fault });
    },
    open: (partition) => openPartition(ports, judgePorts, pace, partition),
    close: async () => {
      forget();
      stop.abort();
    },
  };
};

const openPartition = async (ports: EvaluationPorts, judgePorts: JudgePorts, pace: BackgroundPace, partition: number): Promise<PartitionHandler> => {
  const stop = new AbortController();
  const desk = await openShardDesk(ports.store, `evaluation/${partition}`, ports.logger);
  const { signal } = stop;
  // What these work from is in the database, so that beginning again loses nothing.
  const kept = { logger: ports.logger, about: { shard: desk.shard }, signal, onFault: countFault };
  const restWhenIdle = (looked: number): number => (looked === 0 ? ports.lookEveryMillis : 0);
  const running = [
    keepGoing({ ...kept, what: 'relay', work: () => relayShard(ports, desk.shard, signal) }),
    keepGoing({ ...kept, what: 'look ahead', work: () => lookAhead(judgePorts, desk, pace), pause: restWhenIdle }),
    keepGoing({ ...kept, what: 'sweep', work: () => sweepOnChange(judgePorts, desk, pace, signal) }),
  ];
  const handler = factsHandler(judgePorts, desk, async () => {
    stop.abort();
    await Promise.all(running);
  });
  return {
    ...handler,
    handle: (batch) => {
      if (batch.topic === TOPICS.enriched) pace.noteLive();
      return handler.handle(batch);
    },
  };
};

/** Sweeps every workspace once at the start, then whenever its policy set changed. */
const sweepOnChange = async (judgePorts: JudgePorts, desk: ShardDesk, pace: BackgroundPace, signal: AbortSignal): Promise<void> => {
  const { rows } = await judgePorts.pool.query<{ workspace: string }>('SELECT DISTINCT workspace FROM evaluation.judgement WHERE shard = $1', [desk.shard]);
  const outdated = new Set(rows.map(({ workspace }) => workspace));
  const bell = createBell();
  const forget = judgePorts.policySets.onChange((workspace) => {
    outdated.add(workspace);
    bell.ring();
  });
  try {
    while (!signal.aborted) {
      const mark = bell.mark();
      for (const workspace of [...outdated]) {
        outdated.delete(workspace);
        await sweepShard(judgePorts, desk, workspace, () => signal.aborted, pace);
      }
      await bell.wait(mark, signal);
    }
  } finally {
    forget();
  }
};
