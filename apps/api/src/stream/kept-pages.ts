import type { StoredEvent } from '@weir/event-store';
import { streamedDecision, type StreamedDecision } from './streamed-decision.js';

/** Pages of the log that were read last: streams that began together ask for the same ones. */
export interface KeptPages {
  /** Events of a shard from `position` on, at least one and at most `limit`, which must all be visible. */
  read(shard: string, position: number, limit: number): Promise<readonly StreamedDecision[]>;
}

type ReadEvents = (shard: string, position: number, limit: number) => Promise<readonly StoredEvent[]>;

const MOST_PAGES = 16;

/** Pages begin at multiples of their size, so that streams which began at different places meet. */
export const keptPages = (read: ReadEvents, size: number): KeptPages => {
  const pages = new Map<string, readonly StreamedDecision[]>();
  const keep = (key: string, page: readonly StreamedDecision[]): void => {
    pages.delete(key);
    pages.set(key, page);
    const [oldest] = pages.keys();
    if (pages.size > MOST_PAGES && oldest !== undefined) pages.delete(oldest);
  };
  return {
    read: async (shard, position, limit) => {
      const start = position - (position % size);
      const key = `${shard} ${start}`;
      const page = pages.get(key);
      if (page?.[0] && page[0].position + page.length > position) {
        keep(key, page);
        return page.slice(position - start, position - start + limit);
      }
      const events = (await read(shard, start, position - start + limit)).slice(0, size).map(streamedDecision);
      keep(key, events);
      return events.slice(position - start, position - start + limit);
    },
  };
};
