import { EVENT_SOURCE } from '../load/ledger.ts';
import { readTopic } from './read-topic.ts';

type Presence = 'present' | 'deleted';

/**
 * Packages whose last decision says that they are there when the last event about them deleted them, or the other way
 * round. The order is that in which ingest took the events, and an event that comes again counts where it came first.
 */
export const judgePresence = async (
  brokers: readonly string[],
  decided: ReadonlyMap<string, Presence>,
): Promise<number> => {
  const told = await lastTold(brokers);
  return [...told].filter(([key, presence]) => decided.get(key) !== presence).length;
};

const lastTold = async (brokers: readonly string[]): Promise<ReadonlyMap<string, Presence>> => {
  const known = new Set<string>();
  const last = new Map<string, Presence>();
  await readTopic(brokers, 'packages.observed.v1', ({ key, value }) => {
    const { observation } = JSON.parse(String(value)) as {
      readonly observation: { readonly id: string; readonly source: string; readonly kind: string };
    };
    if (observation.source !== EVENT_SOURCE || known.has(observation.id)) return;
    known.add(observation.id);
    last.set(String(key), observation.kind === 'deleted' ? 'deleted' : 'present');
  });
  return last;
};
