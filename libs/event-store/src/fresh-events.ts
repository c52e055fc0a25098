import type { StoredEvent } from './event.js';

/** What this process appended last, so that its own followers need not read it back. */
export interface FreshEvents {
  /** `events` of one shard were committed. */
  keep(events: readonly StoredEvent[]): void;
  /** Contiguous events from `position` on, at most `limit`; none when they are not kept any more, or never were. */
  from(shard: string, position: number, limit: number): readonly StoredEvent[];
}

/** Characters of JSON kept for each shard: a few batches of a follower that is close behind. */
const MOST_CHARACTERS = 4 * 1024 * 1024;

/**
 * Invariant: only what is committed is kept, and a committed event never changes, so that these are the very events a
 * read would give, whoever has written the shard since.
 */
export const createFreshEvents = (): FreshEvents => {
  const kept = new Map<string, { events: readonly StoredEvent[]; characters: number }>();
  return {
    keep: (events) => {
      const first = events[0];
      if (first === undefined) return;
      const known = kept.get(first.shard);
      const isNext = known?.events.at(-1)?.position === first.position - 1;
      kept.set(first.shard, trimmed(isNext ? [...known.events, ...events] : events, charactersOf(events) + (isNext ? known.characters : 0)));
    },
    from: (shard, position, limit) => {
      const events = kept.get(shard)?.events ?? [];
      const start = position - (events[0]?.position ?? Infinity);
      return start < 0 ? [] : events.slice(start, start + limit);
    },
  };
};

const charactersOf = (events: readonly StoredEvent[]): number => events.reduce((sum, { dataText }) => sum + dataText.length, 0);

/** Without the oldest, once there are too many. */
const trimmed = (events: readonly StoredEvent[], characters: number) => {
  let [from, left] = [0, characters];
  while (left > MOST_CHARACTERS) left -= events[from++]?.dataText.length ?? 0;
  return { events: from === 0 ? events : events.slice(from), characters: left };
};
