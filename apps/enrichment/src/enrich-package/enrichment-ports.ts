import type { EventStore } from '@weir/event-store';
import type { Topics } from '@weir/messaging';
import type pg from 'pg';
import type { Logger } from '@weir/postgres';
import type { AdvisoryCache } from './advisory-cache.js';

/** What finding out about packages works with. */
export interface EnrichmentWork {
  readonly pool: pg.Pool;
  readonly topics: Topics;
  /** Keeps the facts that are too large for a message. */
  readonly store: Pick<EventStore, 'putEvidence'>;
  readonly cache: AdvisoryCache;
  readonly clock: () => Date;
  readonly logger: Logger;
}
