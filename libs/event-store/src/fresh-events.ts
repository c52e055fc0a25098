import type { StoredEvent } from './event.js';

/** A follower, told apart by being another object. */
export type Reader = object;

/** What this process appended last, so that its own followers need not read it back. */
export interface FreshEvents {
  /** `events` of one shard were committed. They are kept when somebody has read of the shard before. */
  keep(events: readonly StoredEvent[]): void;
  /**
   * Contiguous events from `position` on, at most `limit`; none when they are not kept any more, or never were. `reader`
   * is done with what lies before `position`; what all readers of a shard are done with is forgotten.
   */
  from(shard: string, position: number, limit: number, reader: Reader): readonly StoredEvent[];
  /** `reader` will not ask again. */
  leave(reader: Reader): void;
}

/** Characters of JSON kept for each shard: a few batches of a follower that is close behind. */
const MOST_CHARACTERS = 4 * 1024 * 1024;

/**
 * Invariant: only what is committed is kept, and a committed event never changes, so that these are the very events a
 * read would give, whoever has written the shard since.
 */
export const createFreshEvents = (): FreshEvents => {
  const kept = new Map<string, Kept>();
  const readers = new Map<string, Map<Reader, number>>();
  const passed = (shard: string, position: number, reader: Reader): number => {
    const positions = (readers.get(shard) ?? new Map<Reader, number>()).set(reader, position);
    readers.set(shard, positions);
    return Math.min(...positions.values());
  };
  return {
    keep: (events) => {
      const first = events[0];
      if (first === undefined || !readers.get(first.shard)?.size) return;
      const known = kept.get(first.shard);
      const isNext = known?.events.at(-1)?.position === first.position - 1;
      kept.set(
        first.shard,
        trimmed(isNext ? [...known.events, ...events] : events, charactersOf(events) + (isNext ? known.characters : 0)),
      );
    },
    from: (shard, position, limit, reader) => {
      const from = passed(shard, position, reader);
      const known = kept.get(shard);
      if (known === undefined) return [];
      const { events } = known;
      const start = position - (events[0]?.position ?? Infinity);
      kept.set(shard, withoutPassed(known, from));
      return start < 0 ? [] : events.slice(start, start + limit);
    },
    leave: (reader) =>
      readers.forEach((positions, shard) => {
        positions.delete(reader);
        if (positions.size === 0) kept.delete(shard);
      }),
  };
};

interface Kept {
  readonly events: readonly StoredEvent[];
  readonly characters: number;
}

const withoutPassed = ({ events, characters }: Kept, from: number): Kept => {
  const passed = Math.min(events.length, Math.max(0, from - (events[0]?.position ?? from)));
  return { events: events.slice(passed), characters: characters - charactersOf(events.slice(0, passed)) };
};

const charactersOf = (events: readonly StoredEvent[]): number =>
  events.reduce((sum, { dataText }) => sum + dataText.length, 0);

/** Without the oldest, once there are too many. */
const trimmed = (events: readonly StoredEvent[], characters: number): Kept => {
  let [from, left] = [0, characters];
  while (left > MOST_CHARACTERS) left -= events[from++]?.dataText.length ?? 0;
  return { events: from === 0 ? events : events.slice(from), characters: left };
};
