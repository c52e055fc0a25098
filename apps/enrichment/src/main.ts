import { eventCatalog } from '@weir/domain';
import { openEventStore } from '@weir/event-store';
import { openTopics } from '@weir/messaging';
import { openPool, poolLimitsOf, refuseStrongLogin } from '@weir/postgres';
import { runService } from '@weir/service';
import { composeEnrichment, enrichmentConnections } from './compose-enrichment.js';
import { enrichmentConfigurationSchema } from './config.js';

await runService('enrichment', enrichmentConfigurationSchema, async ({ config, ...ports }) => {
  const { logger, onClose } = ports;
  const limits = poolLimitsOf(config, enrichmentConnections(config));
  const pool = openPool({ databaseUrl: config.DATABASE_URL, name: 'weir enrichment', logger, ...limits });
  onClose(() => pool.end());
  await refuseStrongLogin(pool);
  const topics = await openTopics(config, { clientId: 'weir-enrichment', logger });
  onClose(() => topics.close());
  const store = openEventStore(pool, eventCatalog);
  return { ...composeEnrichment({ ...ports, pool, topics, store }, config), keyStore: { log: store, pool } };
});
