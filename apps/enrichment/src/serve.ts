import { TOPICS } from '@weir/contracts';
import { eventCatalog } from '@weir/domain';
import { eventStoreMigrations, openEventStore } from '@weir/event-store';
import { messagingMigrations, openTopics } from '@weir/messaging';
import { openPool, poolLimitsOf, requireMigrations, requireOwnSessions } from '@weir/postgres';
import { runService } from '@weir/service';
import { enrichmentMigrations } from './enrichment-migrations.js';
import { composeEnrichment } from './compose-enrichment.js';
import { enrichmentConnections } from './connections.js';
import { enrichmentConfigurationSchema } from './config.js';

await runService('enrichment', enrichmentConfigurationSchema, async ({ config, ...ports }) => {
  const { logger, onClose } = ports;
  const limits = poolLimitsOf(config, enrichmentConnections(config.PARTITIONS)['weir enrichment']);
  const pool = openPool({ databaseUrl: config.DATABASE_URL, name: 'weir enrichment', logger, ...limits });
  onClose(() => pool.end());
  await ports.untilAble('PostgreSQL', async () => {
    await requireOwnSessions(config.DATABASE_URL);
    await requireMigrations(pool, [...enrichmentMigrations, ...eventStoreMigrations, ...messagingMigrations]);
  });
  const topics = await openTopics(config, { clientId: 'weir-enrichment', logger });
  onClose(() => topics.close());
  await ports.untilAble('the topics', () => topics.ends(TOPICS.observed));
  const store = openEventStore(pool, eventCatalog);
  return { ...composeEnrichment({ ...ports, pool, topics, store }, config), keyStore: { log: store, pool } };
});
