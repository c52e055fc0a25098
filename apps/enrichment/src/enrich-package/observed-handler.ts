import type { PartitionHandler } from '@weir/messaging';
import { reaching } from '@weir/postgres';
import type { EnrichmentWork } from './enrichment-ports.js';
import { enrichObservations } from './enrich-observations.js';
import { movePosition, readPosition } from './positions.js';

/** Enriches one partition of what was observed; its position moves once everything is published. */
export const observedHandler = (work: EnrichmentWork, partition: number): PartitionHandler => {
  /** Which topic of a name this handler reads. */
  const bound = new Map<string, string>();
  const move = (topic: string, next: number): Promise<void> =>
    movePosition(work.pool, { topic, partition, next, incarnation: bound.get(topic) ?? UNBOUND });
  return {
    position: (topic) =>
      reachingStore(async () => {
        const position = await readPosition(work.pool, topic, partition);
        if (position?.incarnation) bound.set(topic, position.incarnation);
        return position;
      }),
    bind: (topic, { next, incarnation }) =>
      reachingStore(async () => {
        bound.set(topic, incarnation);
        await move(topic, next);
      }),
    handle: ({ topic, messages }) =>
      reachingStore(async () => {
        await enrichObservations(work, messages);
        await move(topic, (messages.at(-1)?.offset ?? -1) + 1);
      }),
    passOver: ({ topic, offset }) => reachingStore(() => move(topic, offset + 1)),
    close: () => Promise.resolve(),
  };
};

/** Of a topic that nobody bound the handler to: a position in any other one stays as it is. */
const UNBOUND = 'unbound';

const reachingStore = <T>(task: () => Promise<T>): Promise<T> => reaching('The intelligence store', task);
