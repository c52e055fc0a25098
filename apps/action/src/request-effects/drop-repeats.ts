import type { DecisionPlace } from './acted-positions.js';

/** What was acted on before a batch. */
export interface Acted {
  /** By shard of decisions, the first position behind all that was acted on. */
  readonly next: ReadonlyMap<string, number>;
  /** Of the decisions in the batch that stand before `next`: those that were passed over and not acted on since. */
  readonly waiting: readonly DecisionPlace[];
}

/** Those that come late by their place in the log: each is a repeat, or was passed over before. */
export const lateOnes = <Place extends DecisionPlace>(
  places: readonly Place[],
  next: Acted['next'],
): readonly Place[] => places.filter((place) => isLate(place, next));

const isLate = ({ sourceShard, position }: DecisionPlace, next: Acted['next']): boolean =>
  position < (next.get(sourceShard) ?? 0);

/**
 * The decisions of a batch that were not acted on, and that no later decision of their package was acted on after.
 * Invariant: each counts once, at whatever offset and however often it comes, also after it waited or was a dead letter.
 */
export const dropRepeats = <Place extends DecisionPlace>(batch: readonly Place[], acted: Acted): readonly Place[] => {
  const waiting = new Set(acted.waiting.map(nameOf));
  const latest = new Map<string, number>();
  return batch.filter((place) => {
    const { packageKey, sourceShard, position } = place;
    const ofPackage = `${sourceShard} ${packageKey}`;
    if (isLate(place, acted.next) && !waiting.has(nameOf(place))) return false;
    if (position <= (latest.get(ofPackage) ?? -1)) return false;
    latest.set(ofPackage, position);
    return true;
  });
};

const nameOf = ({ packageKey, sourceShard, position }: DecisionPlace): string =>
  `${sourceShard} ${position} ${packageKey}`;
