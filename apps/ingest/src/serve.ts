import { setTimeout as sleep } from 'node:timers/promises';
import { TOPICS } from '@weir/contracts';
import { eventCatalog } from '@weir/domain';
import { eventStoreMigrations, openEventStore } from '@weir/event-store';
import { messagingMigrations, openTopics } from '@weir/messaging';
import { openPool, refuseStrongLogin, requireMigrations, requireOwnSessions } from '@weir/postgres';
import { runService } from '@weir/service';
import { composeIngest } from './compose-ingest.js';
import { ingestConfigurationSchema } from './config.js';
import { ingestConnections } from './connections.js';

/** Until a server that says nothing about the login is no longer waited for; each of its connections is asked again. */
const STRONG_LOGIN_MS = 2_000;

await runService('ingest', ingestConfigurationSchema, async ({ config, ...ports }) => {
  const { logger, onClose } = ports;
  const pool = openPool({
    databaseUrl: config.DATABASE_URL,
    name: 'weir ingest',
    logger,
    connections: ingestConnections['weir ingest'],
  });
  onClose(() => pool.end());
  // With Kafka, events are taken while PostgreSQL is away.
  if (config.KAFKA_BROKERS === undefined)
    await ports.untilAble('PostgreSQL', async () => {
      await requireOwnSessions(config.DATABASE_URL);
      await requireMigrations(pool, [...eventStoreMigrations, ...messagingMigrations]);
    });
  // A login that is too strong is refused at the start all the same; one that cannot be asked keeps nobody waiting.
  const refused = refuseStrongLogin(pool);
  refused.catch(() => undefined);
  const topics = await openTopics(config, { clientId: 'weir-ingest', logger });
  onClose(() => topics.close());
  await ports.untilAble('the topics', () => topics.ends(TOPICS.observed));
  await Promise.race([refused, sleep(STRONG_LOGIN_MS, undefined, { ref: false })]);
  return {
    ...composeIngest({ ...ports, topics }, config),
    keyStore: { log: openEventStore(pool, eventCatalog), pool },
  };
});
