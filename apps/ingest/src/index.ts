export { ingestConnections } from './connections.js';
export { composeIngest, type IngestProcess } from './compose-ingest.js';
export { readUpstreams, upstreamsSchema, type Upstream } from './follow-upstreams/upstreams-file.js';
export { ingestConfigurationSchema, type IngestConfiguration } from './config.js';
