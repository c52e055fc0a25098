import type { Topics } from '@weir/messaging';
import type { Composed, ProcessPorts } from '@weir/service';
import type { IngestConfiguration } from './config.js';
import { readUpstreams } from './follow-upstreams/upstreams-file.js';
import { IngestModule } from './ingest.module.js';

export interface IngestProcess extends ProcessPorts {
  readonly topics: Topics;
}

/** Ingest for a process: takes events over HTTP, and from the upstreams from the application's start to its end. */
export const composeIngest = (ports: IngestProcess, config: IngestConfiguration): Composed => ({
  module: IngestModule.forRoot({ ...ports, upstreams: readUpstreams(config.UPSTREAM_FILE, config.TOPIC_PREFIX) }),
});
