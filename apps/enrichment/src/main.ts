import { eventCatalog } from '@weir/domain';
import { openEventStore } from '@weir/event-store';
import { kafkaAccessOf, openTopics } from '@weir/messaging';
import { openPool, poolLimitsOf } from '@weir/postgres';
import { requireApiKey, runService } from '@weir/service';
import { enrichmentConfigurationSchema } from './config.js';
import { EnrichmentModule, enrichmentServer } from './enrichment.module.js';

await runService('enrichment', enrichmentConfigurationSchema, async ({ config, logger, readiness, onClose, onApplication }) => {
  onApplication((app) => void app.useGlobalGuards(requireApiKey(config.API_KEYS)));
  const pool = openPool({ databaseUrl: config.DATABASE_URL, name: 'weir enrichment', logger, ...poolLimitsOf(config, 2 * config.PARTITIONS + 4) });
  onClose(() => pool.end());
  const topics = await openTopics({ brokers: config.KAFKA_BROKERS, databaseUrl: config.DATABASE_URL, partitions: config.PARTITIONS, clientId: 'weir-enrichment', logger, access: kafkaAccessOf(config) });
  onClose(() => topics.close());
  onApplication((app) => void app.connectMicroservice({ strategy: enrichmentServer({ topics, config }) }));
  return EnrichmentModule.forRoot({ topics, pool, store: openEventStore(pool, eventCatalog), clock: () => new Date(), logger, readiness, config });
});
