import { openEmbeddedTopics } from '@weir/messaging';
import { runService } from '@weir/telemetry';
import { ingestConfigurationSchema } from './config.js';
import { IngestModule } from './ingest.module.js';

await runService('ingest', ingestConfigurationSchema, async ({ config, logger, readiness, onClose }) => {
  const topics = await openEmbeddedTopics({ databaseUrl: config.DATABASE_URL, partitions: config.PARTITIONS, logger });
  onClose(() => topics.close());
  return IngestModule.forRoot({ topics, clock: () => new Date(), logger, readiness });
});
