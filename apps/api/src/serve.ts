import { TOPICS } from '@weir/contracts';
import { eventCatalog } from '@weir/domain';
import { eventStoreMigrations, openEventStore } from '@weir/event-store';
import { messagingMigrations, openTopics } from '@weir/messaging';
import { openPool, poolLimitsOf, requireMigrations, requireOwnSessions } from '@weir/postgres';
import { runService } from '@weir/service';
import { apiMigrations } from './api-migrations.js';
import { composeApi } from './compose-api.js';
import { apiConfigurationSchema } from './config.js';
import { apiConnections } from './connections.js';

await runService('api', apiConfigurationSchema, async ({ config, ...ports }) => {
  const pool = openPool({
    databaseUrl: config.DATABASE_URL,
    name: 'weir api',
    logger: ports.logger,
    ...poolLimitsOf(config, apiConnections['weir api']),
  });
  ports.onClose(() => pool.end());
  await ports.untilAble('PostgreSQL', async () => {
    await requireOwnSessions(config.DATABASE_URL);
    await requireMigrations(pool, [...apiMigrations, ...eventStoreMigrations, ...messagingMigrations]);
  });
  const topics = await openTopics(config, { clientId: 'weir-api', logger: ports.logger });
  ports.onClose(() => topics.close());
  await ports.untilAble('the topics', () => topics.ends(TOPICS.observed));
  const store = openEventStore(pool, eventCatalog);
  return { ...composeApi({ ...ports, pool, topics, store }, config), keyStore: { log: store, pool } };
});
