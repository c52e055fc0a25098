import { Retryable } from '@weir/postgres';
import { databaseFault } from '../database/database-fault.js';
import type { EnrichmentWork } from '../enrich-package/enrichment-ports.js';
import { runInTurns, type Turns } from '../run-in-turns.js';
import { reassessBatch } from './reassess-batch.js';

export interface ReassessOptions {
  readonly batch: number;
  /** Between two looks at an empty queue: others may have filled it. */
  readonly pollMillis: number;
}

/** Works the queue off, now and whenever a feed fills it. */
export const reassessOnAndOn = (work: EnrichmentWork, { batch, pollMillis }: ReassessOptions): Turns =>
  runInTurns({
    turn: async () => (await reassessBatch(work, batch)).handled > 0,
    pollMillis,
    onFault: (cause) => {
      const fault = databaseFault(cause);
      work.logger.warn({ err: fault, retryable: fault instanceof Retryable }, 'packages could not be looked at again; the queue keeps them');
    },
  });
