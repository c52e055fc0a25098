import { eventCatalog } from '@weir/domain';
import type { EventCatalog, EventKind } from '@weir/event-store';

/** The version in which a newer Weir writes every type of today. */
export const NEWER_VERSION = 99;

const newer = ({ upcasters }: EventKind): EventKind => {
  const unchanged = Array.from({ length: NEWER_VERSION - 1 - upcasters.length }, () => (data: unknown) => data);
  return { newest: NEWER_VERSION, upcasters: [...upcasters, ...unchanged] };
};

/** What a newer Weir knows: each type of today in another version, and a type of its own. */
export const newerCatalog: EventCatalog = {
  ...Object.fromEntries(Object.entries<EventKind>(eventCatalog).map(([type, kind]) => [type, newer(kind)])),
  SomethingNew: { newest: 1, upcasters: [] },
};

/** How the Weir of today names an event of a newer one. */
export const sentenceOn = (type: string, version: number, shard: string, position: number): string => {
  const kind = Object.entries<EventKind>(eventCatalog).find(([name]) => name === type)?.[1];
  const known = kind ? `version ${kind.newest}` : 'no such type';
  return `${type} version ${version} in shard ${shard} at position ${position} was written by a newer Weir; this one knows ${known}. Update it.`;
};
