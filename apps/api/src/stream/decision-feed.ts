import { isDecisionShard } from '@weir/domain';
import type { EventStore, StoredEvent } from '@weir/event-store';
import { createBell } from '@weir/postgres';

/** The next position of each shard: what is below it can be read, and is in the read models. */
export type Positions = ReadonlyMap<string, number>;

/** Decisions as they become visible, for any number of streams that each read at their own pace. */
export interface DecisionFeed {
  positions(): Positions;
  /** Notes that events are visible from here on. */
  publish(events: readonly StoredEvent[]): void;
  /** Visible events of a shard from `position` on; at most a few hundred at once. */
  read(shard: string, position: number): Promise<readonly StoredEvent[]>;
  /** Resolves with true at the next publish, with false after `millis` or when the signal aborts. */
  changed(millis: number, signal: AbortSignal): Promise<boolean>;
}

const READ_AT_ONCE = 200;
/** Events kept at hand while somebody follows, all shards together: what streams that are up to date ask for. */
const KEPT = 2000;

/** A feed that starts at `start`, which is what was visible before. It keeps the latest events of each shard at hand for who waits. */
export const decisionFeed = (eventStore: EventStore, start: Positions): DecisionFeed => {
  const positions = new Map(start);
  const latest = new Map<string, readonly StoredEvent[]>();
  const bell = createBell();

  return {
    positions: () => positions,
    publish: (events) => {
      const last = events.at(-1);
      if (!last || !isDecisionShard(last.shard)) return;
      positions.set(last.shard, last.position + 1);
      // What nobody waits for is not kept: parsed decisions that stay for a second are copied by every collection of V8.
      if (bell.waiting() === 0) latest.delete(last.shard);
      else
        latest.set(last.shard, [...(latest.get(last.shard) ?? []), ...events].slice(-Math.ceil(KEPT / positions.size)));
      bell.ring();
    },
    read: async (shard, position) => {
      const size = positions.get(shard) ?? 0;
      const kept = latest.get(shard) ?? [];
      const offset = position - (kept[0]?.position ?? Infinity);
      const limit = Math.min(READ_AT_ONCE, size - position);
      if (limit <= 0) return [];
      return offset >= 0 ? kept.slice(offset, offset + limit) : eventStore.read(shard, { position, limit });
    },
    changed: (millis, signal) => bell.wait(bell.mark(), signal, millis),
  };
};
