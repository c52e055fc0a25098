import type { DecisionSummary, StreamQuery } from '@weir/contracts';
import type { DecisionRecorded } from '@weir/domain';
import type { StoredEvent } from '@weir/event-store';
import { recordedSummary } from '../follow-log/decision-rows.js';
import type { DecisionFeed, Positions } from './decision-feed.js';
import { resumePoint } from './resume-point.js';

export interface StreamOptions {
  readonly feed: DecisionFeed;
  /** Where to go on; null starts with what comes from now on. */
  readonly from: Positions | null;
  readonly query: StreamQuery;
  /** Resolves when the receiver can take more. */
  readonly write: (text: string) => Promise<void>;
  readonly heartbeatMillis: number;
  readonly signal: AbortSignal;
}

const RETRY_MS = 2000;

/**
 * Writes decisions as Server-Sent Events (https://html.spec.whatwg.org/multipage/server-sent-events.html) until the
 * signal aborts: each shard in order, none twice and none left out. A heartbeat carries the id too, so that a receiver
 * whose filter lets little through does not start far back.
 */
export const streamDecisions = async ({
  feed,
  from,
  query,
  write,
  heartbeatMillis,
  signal,
}: StreamOptions): Promise<void> => {
  const next = new Map(clamped(from ?? feed.positions(), feed.positions()));
  await write(`retry: ${RETRY_MS}\nid: ${resumePoint(next)}\n\n`);
  while (!signal.aborted) {
    const change = feed.changed(heartbeatMillis, signal);
    const isIdle = !(await writeNews(feed, next, query, write, signal));
    if (isIdle && !(await change) && !signal.aborted) await write(`: heartbeat\nid: ${resumePoint(next)}\n\n`);
  }
};

const clamped = (wanted: Positions, known: Positions): Positions =>
  new Map([...wanted].map(([shard, position]) => [shard, Math.min(position, known.get(shard) ?? 0)]));

/** One batch of every shard that has news; false when none has. */
const writeNews = async (
  feed: DecisionFeed,
  next: Map<string, number>,
  query: StreamQuery,
  write: StreamOptions['write'],
  signal: AbortSignal,
): Promise<boolean> => {
  let hasNews = false;
  for (const shard of feed.positions().keys()) {
    for (const event of await feed.read(shard, next.get(shard) ?? 0)) {
      if (signal.aborted) return true;
      hasNews = true;
      next.set(shard, event.position + 1);
      const decision = summaryOf(event);
      if (decision && isWanted(decision, query))
        await write(`id: ${resumePoint(next)}\nevent: decision\ndata: ${JSON.stringify(decision)}\n\n`);
    }
  }
  return hasNews;
};

const summaryOf = ({ id, type, data }: StoredEvent): DecisionSummary | null =>
  type === 'DecisionRecorded' ? recordedSummary(id, data as DecisionRecorded['data']) : null;

const isWanted = (decision: DecisionSummary, { workspace, changed }: StreamQuery): boolean =>
  (workspace === undefined || decision.workspace === workspace) &&
  (changed === undefined || decision.changed === (changed === 'true'));
