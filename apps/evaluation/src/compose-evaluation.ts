import type { EventStore } from '@weir/event-store';
import { retryPausesOf, type Topics } from '@weir/messaging';
import { startPolicyEngine } from '@weir/policy';
import type { Composed, ProcessPorts } from '@weir/service';
import type pg from 'pg';
import type { EvaluationConfiguration } from './config.js';
import { restoreModule } from './conditions/restore-module.js';
import { EvaluationModule, evaluationServer } from './evaluation.module.js';

export interface EvaluationProcess extends ProcessPorts {
  readonly pool: pg.Pool;
  readonly topics: Topics;
  readonly store: EventStore;
}

/** Evaluation for a process, with an engine of its own: judges what enrichment finds out. */
export const composeEvaluation = async (
  ports: EvaluationProcess,
  config: EvaluationConfiguration,
): Promise<Composed> => {
  const engine = await startPolicyEngine({
    workers: config.POLICY_WORKERS,
    deadlineMillis: config.POLICY_DEADLINE_MS,
    memoryMegabytes: config.POLICY_MEMORY_MB,
  });
  ports.onClose(() => engine.close());
  return {
    module: EvaluationModule.forRoot({
      ...ports,
      engine,
      lookEveryMillis: config.LOOK_EVERY_MS,
      restore: restoreModule(config.OPA_CACHE),
    }),
    consumers: [evaluationServer({ topics: ports.topics, retryPauses: retryPausesOf(config.RETRY_PAUSES) })],
  };
};
