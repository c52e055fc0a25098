export { IngestModule, type IngestPorts } from './ingest.module.js';
export { readUpstreams, upstreamsSchema, type Upstream } from './follow-upstreams/upstreams-file.js';
export { ingestConfigurationSchema, type IngestConfiguration } from './config.js';
