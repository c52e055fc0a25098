import { TOPICS } from '@weir/contracts';
import { eventCatalog } from '@weir/domain';
import { eventStoreMigrations, openEventStore } from '@weir/event-store';
import { messagingMigrations, openTopics } from '@weir/messaging';
import { openPool, poolLimitsOf, requireMigrations, requireOwnSessions } from '@weir/postgres';
import { runService } from '@weir/service';
import { actionMigrations } from './action-migrations.js';
import { composeAction } from './compose-action.js';
import { actionConfigurationSchema } from './config.js';
import { actionConnections } from './connections.js';

await runService('action', actionConfigurationSchema, async ({ config, ...ports }) => {
  const { logger, onClose } = ports;
  const pool = openPool({
    databaseUrl: config.DATABASE_URL,
    name: 'weir action',
    logger,
    ...poolLimitsOf(config, actionConnections['weir action']),
  });
  onClose(() => pool.end());
  await ports.untilAble('PostgreSQL', async () => {
    await requireOwnSessions(config.DATABASE_URL);
    await requireMigrations(pool, [...actionMigrations, ...eventStoreMigrations, ...messagingMigrations]);
  });
  const topics = await openTopics(config, { clientId: 'weir-action', logger });
  onClose(() => topics.close());
  await ports.untilAble('the topics', () => topics.ends(TOPICS.decisions));
  const store = openEventStore(pool, eventCatalog);
  return { ...composeAction({ ...ports, pool, topics, store }, config), keyStore: { log: store, pool } };
});
