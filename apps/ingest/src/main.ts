import { openTopics } from '@weir/messaging';
import { runService } from '@weir/service';
import { composeIngest } from './compose-ingest.js';
import { ingestConfigurationSchema } from './config.js';

await runService('ingest', ingestConfigurationSchema, async ({ config, ...ports }) => {
  const topics = await openTopics(config, { clientId: 'weir-ingest', logger: ports.logger });
  ports.onClose(() => topics.close());
  return composeIngest({ ...ports, topics }, config);
});
