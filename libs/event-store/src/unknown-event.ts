import { Standstill } from '@weir/postgres';
import type { EventCatalog } from './event-catalog.js';

/** Which event, and where it stands. */
export interface UnknownEventPlace {
  readonly type: string;
  readonly version: number;
  readonly shard: string;
  readonly position: number;
}

/**
 * The log holds an event of a type or version that this process does not know. Whoever reads it stops there and says so:
 * to go on by what is old would be to go on as if it had not happened. Trying again does not help, an update does.
 */
export class UnknownEvent extends Standstill {
  override readonly name = 'UnknownEvent';
  readonly place: UnknownEventPlace;

  constructor({ type, version, shard, position }: UnknownEventPlace, catalog: EventCatalog) {
    const known = Object.hasOwn(catalog, type) ? `version ${catalog[type]?.newest ?? 0}` : 'no such type';
    const event = `${type} version ${version} in shard ${shard} at position ${position}`;
    super(`${event} was written by a newer Weir; this one knows ${known}. Update it.`);
    this.place = { type, version, shard, position };
  }
}

/** Where readers and writers of this process stand still. */
export interface UnknownEvents {
  /** Keeps `fault` when it is an UnknownEvent; of each shard the earliest. */
  note(fault: unknown): void;
  /** The earliest of each shard that matches. */
  of(shards: RegExp): readonly UnknownEvent[];
  /** @throws UnknownEvent when one was met in the shard. */
  refuse(shard: string): void;
}

export const createUnknownEvents = (): UnknownEvents => {
  const met = new Map<string, UnknownEvent>();
  return {
    note: (fault) => {
      if (!(fault instanceof UnknownEvent)) return;
      const { shard, position } = fault.place;
      if (position < (met.get(shard)?.place.position ?? Infinity)) met.set(shard, fault);
    },
    of: (shards) => [...met.values()].filter(({ place }) => place.shard.search(shards) >= 0),
    refuse: (shard) => {
      const fault = met.get(shard);
      if (fault) throw fault;
    },
  };
};
