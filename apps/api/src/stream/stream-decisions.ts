import type { DecisionSummary, StreamQuery } from '@weir/contracts';
import { createGiveWay } from '@weir/service';
import type { DecisionFeed, Positions } from './decision-feed.js';
import { resumePoint } from './resume-point.js';
import type { StreamedDecision } from './streamed-decision.js';

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
    if (signal.aborted) return true;
    const { count, text } = await feed.read(shard, next.get(shard) ?? 0, (events) =>
      textOf(events, shard, next, query),
    );
    hasNews ||= count > 0;
    // Outside of its turn: a receiver that reads slowly makes its own stream wait, and nothing else.
    if (text !== '') await write(text);
  }
  return hasNews;
};

/** What a stream says of some events; `next` moves on past them. */
const textOf = async (
  events: readonly StreamedDecision[],
  shard: string,
  next: Map<string, number>,
  query: StreamQuery,
): Promise<{ readonly count: number; readonly text: string }> => {
  const giveWay = createGiveWay();
  let text = '';
  for (const { position, decision, json } of events) {
    next.set(shard, position + 1);
    const told = decision();
    if (told && isWanted(told, query)) text += `id: ${resumePoint(next)}\nevent: decision\ndata: ${json()}\n\n`;
    await giveWay();
  }
  return { count: events.length, text };
};

const isWanted = (decision: DecisionSummary, { workspace, changed }: StreamQuery): boolean =>
  (workspace === undefined || decision.workspace === workspace) &&
  (changed === undefined || decision.changed === (changed === 'true'));
