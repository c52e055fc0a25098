import { eventCatalog } from '@weir/domain';
import { openEventStore } from '@weir/event-store';
import { openTopics } from '@weir/messaging';
import { openPool, poolLimitsOf, refuseStrongLogin } from '@weir/postgres';
import { runService } from '@weir/service';
import { composeApi } from './compose-api.js';
import { apiConfigurationSchema } from './config.js';

await runService('api', apiConfigurationSchema, async ({ config, ...ports }) => {
  const pool = openPool({
    databaseUrl: config.DATABASE_URL,
    name: 'weir api',
    logger: ports.logger,
    ...poolLimitsOf(config),
  });
  ports.onClose(() => pool.end());
  await refuseStrongLogin(pool);
  const topics = await openTopics(config, { clientId: 'weir-api', logger: ports.logger });
  ports.onClose(() => topics.close());
  const store = openEventStore(pool, eventCatalog);
  return { ...composeApi({ ...ports, pool, topics, store }, config), keyStore: { log: store, pool } };
});
