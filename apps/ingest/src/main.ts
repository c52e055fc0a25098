import { eventCatalog } from '@weir/domain';
import { openEventStore } from '@weir/event-store';
import { openTopics } from '@weir/messaging';
import { openPool } from '@weir/postgres';
import { runService } from '@weir/service';
import { composeIngest } from './compose-ingest.js';
import { ingestConfigurationSchema } from './config.js';

/** For the keys alone: one that listens, one that reads, one that notes their use. */
const CONNECTIONS = 3;

await runService('ingest', ingestConfigurationSchema, async ({ config, ...ports }) => {
  const { logger, onClose } = ports;
  const pool = openPool({ databaseUrl: config.DATABASE_URL, name: 'weir ingest', logger, connections: CONNECTIONS });
  onClose(() => pool.end());
  const topics = await openTopics(config, { clientId: 'weir-ingest', logger });
  onClose(() => topics.close());
  return {
    ...composeIngest({ ...ports, topics }, config),
    keyStore: { log: openEventStore(pool, eventCatalog), pool },
  };
});
