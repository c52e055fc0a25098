import { eventCatalog } from '@weir/domain';
import { openEventStore } from '@weir/event-store';
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
  return composeApi({ ...ports, pool, store: openEventStore(pool, eventCatalog) }, config);
});
