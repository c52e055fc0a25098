import { createHash } from 'node:crypto';
import { seeded } from '../../../tools/testing/seeded.ts';
import { attempt } from './attempt.ts';
import { startChangeClient, type ChangeClient } from './change-client.ts';
import { createFeedDrawing, type FeedKind } from './draw-feed.ts';
import { addToLedger } from './ledger.ts';

export interface FeedClientOptions {
  /** Of the processes of enrichment; they are asked by turns, whichever of them is killed. */
  readonly urls: readonly string[];
  readonly seed: number;
  /** File that gets a line for each file of a feed that was loaded. */
  readonly ledger: string;
}

/** Scores move more often than what is said of a package. */
const TURNS: readonly FeedKind[] = ['osv', 'epss', 'kev', 'epss'];
const LEAST_PAUSE_MS = 1_500;
const FURTHER_PAUSE_MS = 3_000;

/** Loads small files of feeds about the packages of the events, one after the other, until it is told to finish. */
export const startFeedClient = ({ urls, seed, ledger }: FeedClientOptions): ChangeClient => {
  const random = seeded(seed ^ 0xfeed);
  const drawing = createFeedDrawing(random);
  let [turn, attempts] = [0, 0];
  return startChangeClient({
    what: 'feeds',
    pauseMs: () => LEAST_PAUSE_MS + random() * FURTHER_PAUSE_MS,
    draw: () => {
      const feed = TURNS[turn % TURNS.length] ?? 'osv';
      turn += 1;
      return { feed, body: drawing.draw(feed, new Date()) };
    },
    make: async ({ feed, body }, abort) => {
      const url = new URL(`/v1/feeds/${feed}?name=faults`, urls[attempts % urls.length]);
      attempts += 1;
      const headers = { 'content-type': 'application/octet-stream' };
      if ((await attempt(url, { method: 'POST', headers, body }, abort)) === null) return false;
      const content = `sha256:${createHash('sha256').update(body).digest('hex')}`;
      addToLedger(ledger, { kind: 'feed', feed, content, madeAt: Date.now() });
      return true;
    },
  });
};
