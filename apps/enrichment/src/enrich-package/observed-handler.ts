import type { PartitionHandler } from '@weir/messaging';
import { reaching } from '@weir/postgres';
import type { EnrichmentWork } from './enrichment-ports.js';
import { enrichObservations } from './enrich-observations.js';
import { movePosition, readPosition } from './positions.js';

/** Enriches one partition of what was observed; its position moves once everything is published. */
export const observedHandler = (work: EnrichmentWork, partition: number): PartitionHandler => ({
  position: (topic) => reachingStore(() => readPosition(work.pool, topic, partition)),
  handle: ({ topic, messages }) =>
    reachingStore(async () => {
      await enrichObservations(work, messages);
      await movePosition(work.pool, topic, partition, (messages.at(-1)?.offset ?? -1) + 1);
    }),
  passOver: ({ topic, offset }) => reachingStore(() => movePosition(work.pool, topic, partition, offset + 1)),
  close: () => Promise.resolve(),
});

const reachingStore = <T>(task: () => Promise<T>): Promise<T> => reaching('The intelligence store', task);
