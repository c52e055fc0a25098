import { setTimeout as sleep } from 'node:timers/promises';
import { seeded } from '../../../tools/testing/seeded.ts';
import { attempt } from './attempt.ts';
import { drawEvent } from './draw-event.ts';
import { addToLedger, type LedgerLine } from './ledger.ts';

export interface EventClientOptions {
  readonly url: string;
  /** Events a second. */
  readonly rate: number;
  readonly seed: number;
  /** File that gets a line for each batch that was accepted. */
  readonly ledger: string;
}

export interface EventCounts {
  readonly due: number;
  readonly accepted: number;
  readonly waiting: number;
  /** Events that were accepted once more, at once or long after the first time. */
  readonly repeatedAtOnce: number;
  readonly repeatedLate: number;
}

export interface EventClient {
  readonly counts: () => EventCounts;
  /** Nothing new is due any more; resolves when everything that was has been accepted, or `withinMs` passed. Throws when one was refused. */
  finish(withinMs: number): Promise<void>;
  /** Gives up at once. */
  abort(): void;
}

const BATCHES_PER_SECOND = 20;
const MOST_IN_BATCH = 250;
const PAUSE_MS = 250;
/** Of what was accepted, so many are sent a second time, as registries do. */
const SHARE_REPEATED_AT_ONCE = 0.05;
/** After so many one that was accepted long ago is sent again, as a registry does that reads its own log anew. */
const SHARE_REPEATED_LATE = 0.05;
const LATE_AFTER_MS = 10_000;

type Batch = Pick<LedgerLine, 'first' | 'count'>;

/**
 * Sends events in open loop: a batch is due whether or not those before were answered. A batch whose outcome is unknown
 * (no answer, 503) is sent again with the same ids until it is accepted.
 */
export const startEventClient = ({ url, rate, seed, ledger }: EventClientOptions): EventClient => {
  const random = seeded(seed ^ 0x5eed);
  const [stop, abort] = [new AbortController(), new AbortController()];
  const underWay = new Set<Promise<void>>();
  const past: LedgerLine[] = [];
  const counts = { due: 0, accepted: 0, repeatedAtOnce: 0, repeatedLate: 0 };
  const refusals: Error[] = [];

  const send = async ({ first, count }: Batch): Promise<{ readonly deletions: number; readonly isTaken: boolean }> => {
    const drawn = Array.from({ length: count }, (_, i) => drawEvent(seed, first + i));
    const body = JSON.stringify(drawn.map(({ event }) => event));
    while (!abort.signal.aborted && !(await post(url, body, abort.signal))) await sleep(PAUSE_MS);
    return { deletions: drawn.filter(({ isDeletion }) => isDeletion).length, isTaken: !abort.signal.aborted };
  };
  const repeat = async (batch: Batch | undefined, kind: 'repeatedAtOnce' | 'repeatedLate'): Promise<void> => {
    if (batch && (await send(batch)).isTaken) counts[kind] += batch.count;
  };
  const deliver = async (batch: Batch, dueAt: number): Promise<void> => {
    const { deletions, isTaken } = await send(batch);
    if (!isTaken) return;
    counts.accepted += batch.count;
    const line: LedgerLine = { ...batch, deletions, dueAt, acceptedAt: Date.now() };
    addToLedger(ledger, line);
    past.push(line);
    if (random() < SHARE_REPEATED_AT_ONCE) await repeat(batch, 'repeatedAtOnce');
    if (random() < SHARE_REPEATED_LATE) await repeat(longPast(past, random()), 'repeatedLate');
  };
  const begin = (count: number, dueAt: number): void => {
    const delivery = deliver({ first: counts.due, count }, dueAt)
      .catch((fault: unknown) => {
        refusals.push(fault instanceof Error ? fault : new Error(String(fault)));
        abort.abort();
      })
      .finally(() => underWay.delete(delivery));
    underWay.add(delivery);
    counts.due += count;
  };
  void keepPace(rate, stop.signal, begin);
  return {
    counts: () => ({ ...counts, waiting: counts.due - counts.accepted }),
    finish: async (withinMs) => {
      stop.abort();
      await Promise.race([Promise.all(underWay), sleep(withinMs, undefined, { ref: false })]);
      abort.abort();
      if (refusals[0]) throw refusals[0];
    },
    abort: () => {
      stop.abort();
      abort.abort();
    },
  };
};

/** One of all that were accepted longer ago, back to the first. */
const longPast = (past: readonly LedgerLine[], draw: number): Batch | undefined => {
  const before = Date.now() - LATE_AFTER_MS;
  const later = past.findLastIndex(({ acceptedAt }) => acceptedAt <= before);
  return past[Math.floor(draw * (later + 1))];
};

/** Calls `begin` for what is due by the clock; a late timer makes larger or more batches and never a slower pace. */
const keepPace = async (
  rate: number,
  stop: AbortSignal,
  begin: (count: number, dueAt: number) => void,
): Promise<void> => {
  const startedAt = Date.now();
  let begun = 0;
  while (!stop.aborted) {
    const now = Date.now();
    for (const due = Math.floor(((now - startedAt) / 1_000) * rate); begun < due;) {
      const count = Math.min(MOST_IN_BATCH, due - begun);
      begin(count, now);
      begun += count;
    }
    await sleep(1_000 / BATCHES_PER_SECOND);
  }
};

/** Whether it was accepted. */
const post = async (url: string, body: string, abort: AbortSignal): Promise<boolean> => {
  const headers = { 'content-type': 'application/cloudevents-batch+json' };
  const answer = await attempt(new URL('/v1/events', url), { method: 'POST', headers, body }, abort);
  return answer?.status === 202;
};
