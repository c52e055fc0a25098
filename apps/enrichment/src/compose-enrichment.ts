import type { EventStore } from '@weir/event-store';
import type { Topics } from '@weir/messaging';
import type { Composed, ProcessPorts } from '@weir/service';
import type pg from 'pg';
import type { EnrichmentConfiguration } from './config.js';
import { EnrichmentModule, enrichmentServer } from './enrichment.module.js';

export interface EnrichmentProcess extends ProcessPorts {
  readonly pool: pg.Pool;
  readonly topics: Topics;
  readonly store: EventStore;
}

/** Connections that enrichment needs: a partition may hold two, and feeds, reassessment and questions come on top. */
export const enrichmentConnections = ({ PARTITIONS }: Pick<EnrichmentConfiguration, 'PARTITIONS'>): number =>
  2 * PARTITIONS + 4;

/** Enrichment for a process: takes feeds over HTTP and by schedule, and consumes what was observed. */
export const composeEnrichment = (ports: EnrichmentProcess, config: EnrichmentConfiguration): Composed => ({
  module: EnrichmentModule.forRoot({ ...ports, config }),
  consumers: [enrichmentServer({ topics: ports.topics, config })],
});
