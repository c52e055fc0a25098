import { eventCatalog } from '@weir/domain';
import { openEventStore } from '@weir/event-store';
import { openPool, poolLimitsOf } from '@weir/postgres';
import { runService } from '@weir/service';
import { composeApi } from './compose-api.js';
import { apiConfigurationSchema } from './config.js';

await runService('api', apiConfigurationSchema, ({ config, ...ports }) => {
  const pool = openPool({
    databaseUrl: config.DATABASE_URL,
    name: 'weir api',
    logger: ports.logger,
    ...poolLimitsOf(config),
  });
  ports.onClose(() => pool.end());
  return composeApi({ ...ports, pool, store: openEventStore(pool, eventCatalog) }, config);
});
