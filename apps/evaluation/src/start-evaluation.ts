import { setTimeout as sleep } from 'node:timers/promises';
import { TOPICS } from '@weir/contracts';
import { decisionShard } from '@weir/domain';
import { openShardDesk, type EventStore, type ShardDesk } from '@weir/event-store';
import { observeTopics, type PartitionHandler, type Topics } from '@weir/messaging';
import type { PolicyEngine } from '@weir/policy';
import { type Logger, Retryable } from '@weir/postgres';
import { SERVICES, SPANS } from '@weir/service';
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
  const desk = await openShardDesk(ports.store, decisionShard(partition), ports.logger);
  const running = [
    keepGoing(ports, stop.signal, 'relay', () => relayShard(ports, desk.shard, stop.signal)),
    keepGoing(ports, stop.signal, 'look ahead', () => lookOnAndOn(ports, judgePorts, desk, pace, stop.signal)),
    keepGoing(ports, stop.signal, 'sweep', () => sweepOnChange(judgePorts, desk, pace, stop.signal)),
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

const PAUSE_AFTER_FAULT_MS = 1000;

/** Background work of a partition: a fault is logged and tried again, because what it works from is in the database. */
const keepGoing = async (ports: EvaluationPorts, signal: AbortSignal, what: string, work: () => Promise<unknown>): Promise<void> => {
  while (!signal.aborted) {
    try {
      await work();
    } catch (fault) {
      if (signal.aborted) return;
      ports.logger.warn({ err: fault, what, retryable: fault instanceof Retryable }, 'Background work of a partition starts again');
      await pause(PAUSE_AFTER_FAULT_MS, signal);
    }
  }
};

const lookOnAndOn = async (ports: EvaluationPorts, judgePorts: JudgePorts, desk: ShardDesk, pace: BackgroundPace, signal: AbortSignal): Promise<void> => {
  while (!signal.aborted) {
    if ((await lookAhead(judgePorts, desk, pace)) === 0) await pause(ports.lookEveryMillis, signal);
  }
};

/** Sweeps every workspace once at the start, then whenever its policy set changed. */
const sweepOnChange = async (judgePorts: JudgePorts, desk: ShardDesk, pace: BackgroundPace, signal: AbortSignal): Promise<void> => {
  const { rows } = await judgePorts.pool.query<{ workspace: string }>('SELECT DISTINCT workspace FROM evaluation.judgement WHERE shard = $1', [desk.shard]);
  const outdated = new Set(rows.map(({ workspace }) => workspace));
  let wake: () => void = () => undefined;
  const forget = judgePorts.policySets.onChange((workspace) => {
    outdated.add(workspace);
    wake();
  });
  signal.addEventListener('abort', () => wake(), { once: true });
  try {
    while (!signal.aborted) {
      for (const workspace of [...outdated]) {
        outdated.delete(workspace);
        await sweepShard(judgePorts, desk, workspace, () => signal.aborted, pace);
      }
      if (outdated.size === 0 && !signal.aborted) await new Promise<void>((resolve) => (wake = resolve));
    }
  } finally {
    forget();
  }
};

const pause = async (millis: number, signal: AbortSignal): Promise<void> => {
  await sleep(millis, undefined, { signal }).catch(() => undefined);
};
