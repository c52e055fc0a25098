import type { EventStore } from '@weir/event-store';
import type { Topics } from '@weir/messaging';
import { openPool, poolLimitsOf } from '@weir/postgres';
import type { Composed, ProcessPorts } from '@weir/service';
import type pg from 'pg';
import type { EnrichmentConfiguration } from './config.js';
import { FEEDS_ROUTE } from './feeds/accept-feed-bodies.js';
import { enrichmentConnections } from './connections.js';
import { EnrichmentModule, enrichmentServer } from './enrichment.module.js';

export interface EnrichmentProcess extends ProcessPorts {
  readonly pool: pg.Pool;
  readonly topics: Topics;
  readonly store: EventStore;
}

/** Enrichment for a process: takes feeds over HTTP and by schedule, and consumes what was observed. */
export const composeEnrichment = (ports: EnrichmentProcess, config: EnrichmentConfiguration): Composed => {
  const { logger, onClose } = ports;
  const loads = openPool({
    databaseUrl: config.DATABASE_URL,
    name: 'weir enrichment loads',
    logger,
    ...poolLimitsOf(
      { ...config, DATABASE_CONNECTIONS: undefined },
      enrichmentConnections(config.PARTITIONS)['weir enrichment loads'],
    ),
  });
  onClose(() => loads.end());
  return {
    module: EnrichmentModule.forRoot({ ...ports, loads, config }),
    consumers: [enrichmentServer({ topics: ports.topics, config })],
    uploads: { under: FEEDS_ROUTE, seconds: config.FEEDS_UPLOAD_SECONDS },
  };
};
