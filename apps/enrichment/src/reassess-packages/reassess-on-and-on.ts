import { beginBackgroundWork, type BackgroundWork } from '../background-work.js';
import type { EnrichmentWork } from '../enrich-package/enrichment-ports.js';
import { reassessBatch } from './reassess-batch.js';

export interface ReassessOptions {
  readonly batch: number;
  /** Between two looks at an empty queue: others may have filled it. */
  readonly pollMillis: number;
}

/** Works the queue off, now and whenever a feed fills it. */
export const reassessOnAndOn = (work: EnrichmentWork, { batch, pollMillis }: ReassessOptions): BackgroundWork =>
  beginBackgroundWork({
    what: 'reassess',
    work: async () => (await reassessBatch(work, batch)).handled > 0,
    pollMillis,
    logger: work.logger,
  });
