import { eventCatalog } from '@weir/domain';
import { openEventStore } from '@weir/event-store';
import { kafkaAccessOf, openTopics, retryPausesOf } from '@weir/messaging';
import { startPolicyEngine } from '@weir/policy';
import { openPool, poolLimitsOf } from '@weir/postgres';
import { runService } from '@weir/service';
import { evaluationConfigurationSchema } from './config.js';
import { EvaluationModule, evaluationServer } from './evaluation.module.js';

await runService('evaluation', evaluationConfigurationSchema, async ({ config, logger, onClose, onApplication }) => {
  const pool = openPool({ databaseUrl: config.DATABASE_URL, name: 'weir evaluation', logger, ...poolLimitsOf(config) });
  onClose(() => pool.end());
  const topics = await openTopics({ brokers: config.KAFKA_BROKERS, databaseUrl: config.DATABASE_URL, partitions: config.PARTITIONS, clientId: 'weir-evaluation', logger, access: kafkaAccessOf(config) });
  onClose(() => topics.close());
  const engine = await startPolicyEngine({ workers: config.POLICY_WORKERS, deadlineMillis: config.POLICY_DEADLINE_MS, memoryMegabytes: config.POLICY_MEMORY_MB });
  onClose(() => engine.close());
  const ports = { pool, store: openEventStore(pool, eventCatalog), topics, engine, logger, clock: () => new Date(), lookEveryMillis: config.LOOK_EVERY_MS };
  onApplication((app) => void app.connectMicroservice({ strategy: evaluationServer({ topics, retryPauses: retryPausesOf(config.RETRY_PAUSES) }) }));
  return EvaluationModule.forRoot(ports);
});
