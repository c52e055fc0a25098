import { TOPICS } from '@weir/contracts';
import { decisionShard, JUDGEMENTS_AND_CONDITIONS } from '@weir/domain';
import { openShardQueue, type EventStore } from '@weir/event-store';
import { lostPositions, observeGroups, observeTopics, type PartitionHandler, type Topics } from '@weir/messaging';
import type { PolicyEngine } from '@weir/policy';
import { keepGoing, requireMigrations, type Logger } from '@weir/postgres';
import { countFault, observe, observeTables, observeUnknownEvents, SERVICES } from '@weir/service';
import type pg from 'pg';
import { reachDeadlines } from './await-deadlines/reach-deadlines.js';
import { followConditions } from './conditions/current-conditions.js';
import type { RestoreModule } from './conditions/restore-module.js';
import { observeDamagedSets } from './conditions/observe-damaged-sets.js';
import { EVALUATION_GROUP } from './consume-facts/facts-consumer.controller.js';
import { factsHandler } from './consume-facts/facts-handler.js';
import { evaluationMigrations } from './evaluation-migrations.js';
import type { JudgePorts } from './judge-packages/judge-packages.js';
import { observeLog } from './observe-log.js';
import { createBackgroundPace, type BackgroundPace } from './pace-background/background-pace.js';
import { RELAY } from './relay-decisions/relay-position.js';
import { relayShard } from './relay-decisions/relay-shard.js';
import { sweepOnChange } from './sweep-packages/sweep-on-change.js';
import { observeProgress, openProgress, type TellProgress } from './tell-progress/tell-progress.js';

export interface EvaluationPorts {
  readonly pool: pg.Pool;
  readonly store: EventStore;
  readonly topics: Topics;
  readonly engine: PolicyEngine;
  readonly clock: () => Date;
  readonly logger: Logger;
  /** Milliseconds between looks for packages whose answer time may have changed. */
  readonly lookEveryMillis: number;
  /** Makes policy modules again that are damaged in the evidence; nothing does unless given. */
  readonly restore?: RestoreModule;
}

export interface Evaluation {
  /** Rejects with the reason while evaluation cannot work. */
  check(): Promise<void>;
  /** What it works on without, in words; nothing when all is there. */
  impaired(): readonly string[];
  /** Begins to judge a partition: its shard is this process's from now on. */
  open(partition: number): Promise<PartitionHandler>;
  /** How much is yet to be judged again. */
  readonly progress: TellProgress;
  /** After the last partition was closed. */
  close(): Promise<void>;
}

/** The topics with evaluation's spans and measurements. */
export const observedTopics = (topics: Topics): Topics =>
  observeTopics(topics, { service: SERVICES.evaluation, tracesMessages: true });

/** Has the policy sets in force; then partitions can be opened, to judge what enrichment finds out, and again when policies or the time change the answer. */
export const startEvaluation = async (given: EvaluationPorts): Promise<Evaluation> => {
  const ports = { ...given, topics: observedTopics(given.topics) };
  const stop = new AbortController();
  const onFault = (cause: unknown): void =>
    ports.logger.error({ err: cause }, 'Evaluation stopped: policies or feeds can no longer be followed');
  const conditions = followConditions({ ...ports, onFault });
  await conditions.start(stop.signal);
  const judgePorts: JudgePorts = { ...ports, conditions };
  const pace = createBackgroundPace();
  const progress = openProgress(judgePorts);
  const forget = [
    observeLog(ports.store),
    observeTables(ports.pool, ['log', 'evaluation']),
    observeUnknownEvents(ports.store, JUDGEMENTS_AND_CONDITIONS, 'evaluation'),
    observeProgress(progress),
    observeDamagedSets(conditions),
    observe('positionLost', lostPositions(ports.topics, RELAY)),
    observeGroups(given.topics),
  ];
  return {
    check: async () => {
      conditions.stopped.throwIfAborted();
      await requireMigrations(ports.pool, evaluationMigrations);
      const [unknown] = ports.store.unknownEvents(JUDGEMENTS_AND_CONDITIONS);
      if (unknown) throw unknown;
      for (const group of [EVALUATION_GROUP, RELAY]) ports.topics.lost.refuse(group);
    },
    impaired: () => conditions.damaged().map(({ workspace, message }) => `workspace ${workspace}: ${message}`),
    open: (partition) => openPartition(ports, judgePorts, pace, partition),
    progress,
    close: async () => {
      for (const end of forget) end();
      stop.abort();
    },
  };
};

const openPartition = async (
  ports: EvaluationPorts,
  judgePorts: JudgePorts,
  pace: BackgroundPace,
  partition: number,
): Promise<PartitionHandler> => {
  const stop = new AbortController();
  const standstill = new AbortController();
  const queue = await openShardQueue(ports.store, decisionShard(partition), ports.logger);
  const { stopped } = judgePorts.conditions;
  const judging = AbortSignal.any([stop.signal, standstill.signal, stopped]);
  // What these work from is in the database, so that beginning again loses nothing.
  const kept = {
    logger: ports.logger,
    about: { shard: queue.shard },
    onFault: countFault,
    onStandstill: (fault: unknown) => standstill.abort(fault),
  };
  const restWhenIdle = (looked: number): number => (looked === 0 ? ports.lookEveryMillis : 0);
  const running = [
    // What is decided already is told, also where nothing more is.
    keepGoing({ ...kept, signal: stop.signal, what: 'relay', work: () => relayShard(ports, queue.shard, stop.signal) }),
    keepGoing({
      ...kept,
      signal: judging,
      what: 'deadlines',
      work: () => reachDeadlines(judgePorts, queue, pace),
      pause: restWhenIdle,
    }),
    keepGoing({ ...kept, signal: judging, what: 'sweep', work: () => sweepOnChange(judgePorts, queue, pace, judging) }),
  ];
  const handler = factsHandler(judgePorts, queue, async () => {
    stop.abort();
    await Promise.all(running);
    ports.topics.lost.left(RELAY, partition);
  });
  return {
    ...handler,
    handle: async (batch) => {
      stopped.throwIfAborted();
      standstill.signal.throwIfAborted();
      if (batch.topic === TOPICS.enriched) pace.noteLive();
      await handler.handle(batch);
    },
  };
};
