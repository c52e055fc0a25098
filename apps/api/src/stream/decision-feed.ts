import { setTimeout as sleep } from 'node:timers/promises';
import { isDecisionShard } from '@weir/domain';
import type { EventStore, StoredEvent } from '@weir/event-store';
import { createBell } from '@weir/postgres';
import { createTurns } from '@weir/service';
import { keptPages } from './kept-pages.js';
import { putInWords, streamedDecision, type InWords, type StreamedDecision } from './streamed-decision.js';

/** The next position of each shard: what is below it can be read, and is in the read models. */
export type Positions = ReadonlyMap<string, number>;

/** Decisions as they become visible, for any number of streams that each read at their own pace. */
export interface DecisionFeed {
  positions(): Positions;
  /** Notes that events are visible from here on. */
  publish(events: readonly StoredEvent[]): void;
  /**
   * Hands `use` visible events of a shard from `position` on, at most a few hundred, when the turn of this stream comes:
   * streams that are far back take turns of their own, so that however many begin at the start of the log, one page at a
   * time is worked on, and those who are up to date wait for none of them.
   */
  read<Result>(
    shard: string,
    position: number,
    use: (events: readonly StreamedDecision[]) => Promise<Result>,
  ): Promise<Result>;
  /** Resolves with true at the next publish, with false after `millis` or when the signal aborts. */
  changed(millis: number, signal: AbortSignal): Promise<boolean>;
}

const READ_AT_ONCE = 200;
/** How much longer than a page of history took nobody works on the next one. */
const REST = 2;
/** Events kept at hand while somebody follows, all shards together: what streams that are up to date ask for. */
const KEPT = 2000;

/** A feed that starts at `start`, which is what was visible before. It keeps the latest events of each shard at hand for who waits. */
export const decisionFeed = (
  eventStore: Pick<EventStore, 'read'>,
  start: Positions,
  inWords: InWords,
): DecisionFeed => {
  const positions = new Map(start);
  const latest = new Map<string, readonly StreamedDecision[]>();
  const bell = createBell();
  const pages = keptPages((shard, position, limit) => eventStore.read(shard, { position, limit }), READ_AT_ONCE);
  const lanes = { history: createTurns(1), news: createTurns(1) };

  const kept = (shard: string, position: number, limit: number): readonly StreamedDecision[] | null => {
    const events = latest.get(shard) ?? [];
    const offset = position - (events[0]?.position ?? Infinity);
    return offset >= 0 ? events.slice(offset, offset + limit) : null;
  };

  const told = async (events: readonly StreamedDecision[]): Promise<readonly StreamedDecision[]> => {
    await putInWords(events, inWords);
    return events;
  };

  return {
    positions: () => positions,
    publish: (events) => {
      const last = events.at(-1);
      if (!last || !isDecisionShard(last.shard)) return;
      positions.set(last.shard, last.position + 1);
      // What nobody waits for is not kept: parsed decisions that stay for a second are copied by every collection of V8.
      if (bell.waiting() === 0) latest.delete(last.shard);
      else {
        const all = [...(latest.get(last.shard) ?? []), ...events.map(streamedDecision)];
        latest.set(last.shard, all.slice(-Math.ceil(KEPT / positions.size)));
      }
      bell.ring();
    },
    read: async (shard, position, use) => {
      const limit = Math.min(READ_AT_ONCE, (positions.get(shard) ?? 0) - position);
      if (limit <= 0) return use([]);
      const latestOfShard = kept(shard, position, limit);
      if (latestOfShard) return lanes.news(async () => use(await told(kept(shard, position, limit) ?? latestOfShard)));
      return lanes.history(async () => {
        const began = performance.now();
        const result = await use(await told(await pages.read(shard, position, limit)));
        // Two thirds of the time are left to those who ask, the more of it the busier the process is.
        await sleep(REST * (performance.now() - began));
        return result;
      });
    },
    changed: (millis, signal) => bell.wait(bell.mark(), signal, millis),
  };
};
