import { eventCatalog } from '@weir/domain';
import { openEventStore } from '@weir/event-store';
import { openTopics } from '@weir/messaging';
import { openPool, poolLimitsOf, refuseStrongLogin } from '@weir/postgres';
import { runService } from '@weir/service';
import { composeEvaluation } from './compose-evaluation.js';
import { evaluationConfigurationSchema } from './config.js';

await runService('evaluation', evaluationConfigurationSchema, async ({ config, ...ports }) => {
  const { logger, onClose } = ports;
  const pool = openPool({ databaseUrl: config.DATABASE_URL, name: 'weir evaluation', logger, ...poolLimitsOf(config) });
  onClose(() => pool.end());
  await refuseStrongLogin(pool);
  const topics = await openTopics(config, { clientId: 'weir-evaluation', logger });
  onClose(() => topics.close());
  const store = openEventStore(pool, eventCatalog);
  return { ...(await composeEvaluation({ ...ports, pool, topics, store }, config)), keyStore: { log: store, pool } };
});
