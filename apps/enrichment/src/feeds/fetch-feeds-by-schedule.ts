import { keepGoing, type Logger } from '@weir/postgres';
import { countFault } from '@weir/service';
import type { FeedKind } from '@weir/contracts';
import type { LoadedFeed, FeedRefused } from './feed.js';

export interface FeedSchedule {
  readonly feeds: readonly (readonly [FeedKind, string])[];
  readonly intervalMillis: number;
  readonly logger: Logger;
  readonly load: (kind: FeedKind, url: string) => Promise<LoadedFeed | FeedRefused>;
}

const FETCH = 'fetch feeds';

/** Fetches each feed now and then at intervals, one after the other. Answers how to stop: the fetch at hand is finished. */
export const fetchFeedsBySchedule = ({ feeds, intervalMillis, logger, load }: FeedSchedule): (() => Promise<void>) => {
  const stopped = new AbortController();
  const isStopped = (): boolean => stopped.signal.aborted;
  const fetchAll = async (): Promise<void> => {
    for (const [kind, url] of feeds) {
      if (isStopped()) return;
      await load(kind, url).catch((fault: unknown) => {
        logger.warn({ err: fault, feed: kind }, 'a feed could not be fetched; what was known before stays');
        countFault(fault, FETCH);
      });
    }
  };
  const kept = {
    what: FETCH,
    work: fetchAll,
    pause: () => intervalMillis,
    logger,
    signal: stopped.signal,
    onFault: countFault,
  };
  const running = feeds.length > 0 ? keepGoing(kept) : Promise.resolve();
  return async () => {
    stopped.abort();
    await running;
  };
};
