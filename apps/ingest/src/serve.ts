import { TOPICS } from '@weir/contracts';
import { eventCatalog } from '@weir/domain';
import { eventStoreMigrations, openEventStore } from '@weir/event-store';
import { messagingMigrations, openTopics } from '@weir/messaging';
import { openPool, requireMigrations, requireOwnSessions } from '@weir/postgres';
import { runService } from '@weir/service';
import { composeIngest } from './compose-ingest.js';
import { ingestConfigurationSchema } from './config.js';

/** For the keys alone: one that listens, one that reads, one that notes their use. */
const CONNECTIONS = 3;

await runService('ingest', ingestConfigurationSchema, async ({ config, ...ports }) => {
  const { logger, onClose } = ports;
  const pool = openPool({ databaseUrl: config.DATABASE_URL, name: 'weir ingest', logger, connections: CONNECTIONS });
  onClose(() => pool.end());
  // With Kafka, events are taken while PostgreSQL is away.
  if (config.KAFKA_BROKERS === undefined)
    await ports.untilAble('PostgreSQL', async () => {
      await requireOwnSessions(config.DATABASE_URL);
      await requireMigrations(pool, [...eventStoreMigrations, ...messagingMigrations]);
    });
  const topics = await openTopics(config, { clientId: 'weir-ingest', logger });
  onClose(() => topics.close());
  await ports.untilAble('the topics', () => topics.ends(TOPICS.observed));
  return {
    ...composeIngest({ ...ports, topics }, config),
    keyStore: { log: openEventStore(pool, eventCatalog), pool },
  };
});
