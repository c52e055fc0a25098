import type { Logger } from '@weir/postgres';
import { setInterval as every } from 'node:timers/promises';

export interface Commit {
  readonly topic: string;
  readonly partition: number;
  readonly offset: string;
  /** Names the topic that was read. */
  readonly metadata: string;
}

/** How far a group is, told to the broker for display only: the truth is what each handler commits. */
export interface PositionTracker {
  readonly passed: (topic: string, partition: number, position: number, metadata: string) => void;
  /** Tells the last positions. */
  close(): Promise<void>;
}

const COMMIT_EVERY_MS = 1_000;

/** Commits once a second what moved; a commit that fails is made good by the next. */
export const trackPositions = (commit: (offsets: Commit[]) => Promise<void>, logger: Logger): PositionTracker => {
  const moved = new Map<string, Commit>();
  const stop = new AbortController();
  const flush = async (): Promise<void> => {
    const offsets = [...moved.values()];
    moved.clear();
    if (offsets.length === 0) return;
    await commit(offsets).catch((fault: unknown) =>
      logger.debug({ err: fault }, 'how far a group is could not be told to the broker'),
    );
  };
  const flushing = (async (): Promise<void> => {
    try {
      for await (const _ of every(COMMIT_EVERY_MS, undefined, { signal: stop.signal })) await flush();
    } catch (fault) {
      if (!stop.signal.aborted) throw fault;
    }
  })();
  return {
    passed: (topic, partition, position, metadata) =>
      void moved.set(`${topic}/${partition}`, { topic, partition, offset: String(position), metadata }),
    close: async () => {
      stop.abort();
      await flushing;
      await flush();
    },
  };
};
