import { eventCatalog } from '@weir/domain';
import { openEventStore } from '@weir/event-store';
import { kafkaAccessOf, openTopics } from '@weir/messaging';
import { openPool, poolLimitsOf } from '@weir/postgres';
import { runService } from '@weir/service';
import { ActionModule, actionServer } from './action.module.js';
import { actionConfigurationSchema } from './config.js';

await runService('action', actionConfigurationSchema, async ({ config, logger, readiness, onClose, onApplication }) => {
  const pool = openPool({ databaseUrl: config.DATABASE_URL, name: 'weir action', logger, ...poolLimitsOf(config) });
  onClose(() => pool.end());
  const topics = await openTopics({ brokers: config.KAFKA_BROKERS, databaseUrl: config.DATABASE_URL, partitions: config.PARTITIONS, clientId: 'weir-action', logger, access: kafkaAccessOf(config) });
  onClose(() => topics.close());
  onApplication((app) => void app.connectMicroservice({ strategy: actionServer(topics, config) }));
  return ActionModule.forRoot({ pool, eventStore: openEventStore(pool, eventCatalog), clock: () => new Date(), logger, readiness, config });
});
