import { setTimeout as sleep } from 'node:timers/promises';
import type { ShardQueue, ShardWriter } from '@weir/event-store';

/** One chunk of background work: takes at most `most` packages and tells how many it took. */
export type Chunk<Result extends Chunked> = (writer: ShardWriter, most: number) => Promise<Result>;

export interface Chunked {
  readonly packages: number;
}

type Turns = Pick<ShardQueue, 'withWriter'>;

/** What a process does that can wait (sweeps, looks ahead), of all its partitions. */
export interface BackgroundPace {
  /** A live event was judged just now. */
  noteLive(): void;
  /** Runs a chunk at the queue when its turn has come and nothing else waits there. */
  take<Result extends Chunked>(queue: Turns, chunk: Chunk<Result>): Promise<Result>;
}

export interface PaceOptions {
  /** Milliseconds, from any moment on. */
  readonly now: () => number;
  readonly pause: (millis: number) => Promise<unknown>;
}

/** As long as live events have come within this time, they are expected again. */
const LIVE_FOR_MS = 1_000;
/** How long a live event may have to wait for a chunk; and how long one may take while there are none. */
const BESIDE_LIVE_MS = 10;
const ALONE_MS = 100;
const [LEAST, FIRST, MOST] = [4, 16, 400];

/**
 * Background work beside live events: small chunks, one at a time in the whole process, and as much rest as work between
 * them. Without live events, every partition works as it can. Invariant: a live event waits for at most one chunk at its
 * shard's queue, and for at most one at the engine, since no second is under way.
 */
export const createBackgroundPace = (
  { now, pause }: PaceOptions = { now: () => performance.now(), pause: sleep },
): BackgroundPace => {
  let liveAt = -Infinity;
  let last: Promise<unknown> = Promise.resolve();
  let most = FIRST;
  const isLive = (): boolean => now() - liveAt < LIVE_FOR_MS;
  const run = <Result extends Chunked>(
    queue: Turns,
    chunk: Chunk<Result>,
  ): Promise<{ readonly result: Result; readonly took: number }> =>
    queue.withWriter(async (writer) => {
      const startedAt = now();
      const result = await chunk(writer, most);
      const took = now() - startedAt;
      most = nextSize(most, result.packages, took, isLive() ? BESIDE_LIVE_MS : ALONE_MS);
      return { result, took };
    }, 'whenIdle');
  const runAndRest = async <Result extends Chunked>(queue: Turns, chunk: Chunk<Result>): Promise<Result> => {
    const { result, took } = await run(queue, chunk);
    if (isLive()) await pause(took);
    return result;
  };
  return {
    noteLive: () => {
      if (!isLive()) most = Math.min(most, FIRST);
      liveAt = now();
    },
    take: async (queue, chunk) => {
      if (!isLive()) return (await run(queue, chunk)).result;
      const turn = last.then(() => runAndRest(queue, chunk));
      last = turn.catch(() => undefined);
      return turn;
    },
  };
};

/** What would have taken `target`; at most twice as many as before, since a short chunk says little. */
const nextSize = (most: number, packages: number, took: number, target: number): number => {
  if (packages === 0) return most;
  const fitting = Math.floor((packages * target) / Math.max(took, 1));
  return Math.max(LEAST, Math.min(MOST, 2 * most, fitting));
};
