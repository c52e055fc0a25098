import { eventCatalog } from '@weir/domain';
import { openEventStore } from '@weir/event-store';
import { openTopics } from '@weir/messaging';
import { openPool, poolLimitsOf, refuseStrongLogin } from '@weir/postgres';
import { runService } from '@weir/service';
import { composeAction } from './compose-action.js';
import { actionConfigurationSchema } from './config.js';

await runService('action', actionConfigurationSchema, async ({ config, ...ports }) => {
  const { logger, onClose } = ports;
  const pool = openPool({ databaseUrl: config.DATABASE_URL, name: 'weir action', logger, ...poolLimitsOf(config) });
  onClose(() => pool.end());
  await refuseStrongLogin(pool);
  const topics = await openTopics(config, { clientId: 'weir-action', logger });
  onClose(() => topics.close());
  const store = openEventStore(pool, eventCatalog);
  return { ...composeAction({ ...ports, pool, topics, store }, config), keyStore: { log: store, pool } };
});
