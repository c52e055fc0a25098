import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from '@weir/postgres';
import type { FeedKind, LoadedFeed, FeedRefused } from './feed.js';

export interface FeedSchedule {
  readonly feeds: readonly (readonly [FeedKind, string])[];
  readonly intervalMillis: number;
  readonly logger: Logger;
  readonly load: (kind: FeedKind, url: string) => Promise<LoadedFeed | FeedRefused>;
}

/** Fetches each feed now and then at intervals, one after the other. Answers how to stop: the fetch at hand is finished. */
export const fetchFeedsBySchedule = ({ feeds, intervalMillis, logger, load }: FeedSchedule): (() => Promise<void>) => {
  const stopped = new AbortController();
  const isStopped = (): boolean => stopped.signal.aborted;
  const fetchAll = async (): Promise<void> => {
    for (const [kind, url] of feeds) {
      if (isStopped()) return;
      await load(kind, url).catch((fault: unknown) => logger.warn({ err: fault, feed: kind }, 'a feed could not be fetched; what was known before stays'));
    }
  };
  const run = async (): Promise<void> => {
    while (feeds.length > 0 && !isStopped()) {
      await fetchAll();
      await sleep(intervalMillis, undefined, { signal: stopped.signal, ref: false }).catch(() => undefined);
    }
  };
  const running = run();
  return async () => {
    stopped.abort();
    await running;
  };
};
