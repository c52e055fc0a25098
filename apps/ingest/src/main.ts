import { kafkaAccessOf, openTopics } from '@weir/messaging';
import { requireApiKey, runService } from '@weir/service';
import { ingestConfigurationSchema } from './config.js';
import { readUpstreams } from './follow-upstreams/upstreams-file.js';
import { IngestModule } from './ingest.module.js';

await runService('ingest', ingestConfigurationSchema, async ({ config, logger, readiness, onClose, onApplication }) => {
  onApplication((app) => void app.useGlobalGuards(requireApiKey(config.API_KEYS)));
  const upstreams = readUpstreams(config.UPSTREAM_FILE);
  const topics = await openTopics({ brokers: config.KAFKA_BROKERS, databaseUrl: config.DATABASE_URL, partitions: config.PARTITIONS, clientId: 'weir-ingest', logger, access: kafkaAccessOf(config) });
  onClose(() => topics.close());
  return IngestModule.forRoot({ topics, clock: () => new Date(), logger, readiness, upstreams });
});
