import { TOPICS } from '@weir/contracts';
import { eventCatalog } from '@weir/domain';
import { eventStoreMigrations, openEventStore } from '@weir/event-store';
import { messagingMigrations, openTopics } from '@weir/messaging';
import { openPool, poolLimitsOf, requireMigrations, requireOwnSessions } from '@weir/postgres';
import { runService } from '@weir/service';
import { evaluationMigrations } from './evaluation-migrations.js';
import { composeEvaluation } from './compose-evaluation.js';
import { evaluationConfigurationSchema } from './config.js';
import { evaluationConnections } from './connections.js';

await runService('evaluation', evaluationConfigurationSchema, async ({ config, ...ports }) => {
  const { logger, onClose } = ports;
  const pool = openPool({
    databaseUrl: config.DATABASE_URL,
    name: 'weir evaluation',
    logger,
    ...poolLimitsOf(config, evaluationConnections['weir evaluation']),
  });
  onClose(() => pool.end());
  await ports.untilAble('PostgreSQL', async () => {
    await requireOwnSessions(config.DATABASE_URL);
    await requireMigrations(pool, [...evaluationMigrations, ...eventStoreMigrations, ...messagingMigrations]);
  });
  const topics = await openTopics(config, { clientId: 'weir-evaluation', logger });
  onClose(() => topics.close());
  await ports.untilAble('the topics', () => topics.ends(TOPICS.enriched));
  const store = openEventStore(pool, eventCatalog);
  return { ...(await composeEvaluation({ ...ports, pool, topics, store }, config)), keyStore: { log: store, pool } };
});
