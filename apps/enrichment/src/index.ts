export { enrichmentConnections } from './connections.js';
export { composeEnrichment, type EnrichmentProcess } from './compose-enrichment.js';
export { enrichmentConfigurationSchema, type EnrichmentConfiguration } from './config.js';
export { enrichmentMigrations } from './enrichment-migrations.js';
export { openEnrichment, type Enrichment, type EnrichmentPorts } from './start-enrichment.js';
export type { LoadedFeed, FeedRefused, FeedSource, RefusalKind, SkippedRecord } from './feeds/feed.js';
export { advisoryCache } from './enrich-package/advisory-cache.js';
export { rebuildInventory, type Rebuilt } from './rebuild-inventory/rebuild-inventory.js';
export { readPositions, resetPosition } from './enrich-package/positions.js';
export {
  readRecorded,
  readTold,
  tellFactsAgain,
  tellObservationsAgain,
  type RecordedObservation,
} from './tell-again/tell-again.js';
export { compareInventory } from './rebuild-inventory/compare-inventory.js';
