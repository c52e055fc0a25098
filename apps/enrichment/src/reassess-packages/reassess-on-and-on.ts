import { setTimeout as sleep } from 'node:timers/promises';
import { Retryable } from '@weir/postgres';
import { databaseFault } from '../database/database-fault.js';
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

const PAUSE_AFTER_FAULT_MS = 1000;

/** Works the queue off, now and whenever a feed fills it; what a stopped process left, the next one finds. */
export const reassessOnAndOn = (work: EnrichmentWork, { batch, pollMillis }: ReassessOptions): Reassessing => {
  const stopped = new AbortController();
  let turn = new AbortController();
  const pause = async (millis: number): Promise<void> => {
    await sleep(millis, undefined, { signal: AbortSignal.any([stopped.signal, turn.signal]) }).catch(() => undefined);
    turn = new AbortController();
  };
  const run = async (): Promise<void> => {
    while (!stopped.signal.aborted) {
      try {
        if ((await reassessBatch(work, batch)).handled === 0) await pause(pollMillis);
      } catch (cause) {
        const fault = databaseFault(cause);
        work.logger.warn({ err: fault, retryable: fault instanceof Retryable }, 'packages could not be looked at again; the queue keeps them');
        await pause(PAUSE_AFTER_FAULT_MS);
      }
    }
  };
  const running = run();
  return {
    wake: () => turn.abort(),
    stop: async () => {
      stopped.abort();
      await running;
    },
  };
};
