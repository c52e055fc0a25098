import { createBell, keepGoing } from '@weir/postgres';
import { countFault } from '@weir/service';
import type { EnrichmentWork } from '../enrich-package/enrichment-ports.js';
import { reassessBatch } from './reassess-batch.js';

export interface Reassessing {
  /** Looks at the queue at once instead of at the next turn. */
  wake(): void;
  /** Finishes the batch at hand. */
  stop(): Promise<void>;
}

export interface ReassessOptions {
  readonly batch: number;
  /** Between two looks at an empty queue: others may have filled it. */
  readonly pollMillis: number;
}

/** Works the queue off, now and whenever a feed fills it; what a stopped process left, the next one finds. */
export const reassessOnAndOn = (work: EnrichmentWork, { batch, pollMillis }: ReassessOptions): Reassessing => {
  const stopped = new AbortController();
  const bell = createBell();
  const running = keepGoing({
    what: 'reassess',
    work: () => reassessBatch(work, batch),
    pause: ({ handled }) => (handled === 0 ? pollMillis : 0),
    bell,
    logger: work.logger,
    signal: stopped.signal,
    onFault: countFault,
  });
  return {
    wake: () => bell.ring(),
    stop: async () => {
      stopped.abort();
      await running;
    },
  };
};
