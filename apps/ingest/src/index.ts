export { IngestModule, type IngestPorts } from './ingest.module.js';
export { ingestConfigurationSchema, type IngestConfiguration } from './config.js';
