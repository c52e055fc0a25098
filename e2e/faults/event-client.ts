import { appendFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { publication } from '../harness/http.ts';
import { seeded } from '../../tools/testing/seeded.ts';
import { EVENT_SOURCE, eventId, type LedgerLine } from './ledger.ts';

export interface EventClientOptions {
  readonly url: string;
  /** Events a second. */
  readonly rate: number;
  readonly seed: number;
  /** File that gets a line for each batch that was accepted. */
  readonly ledger: string;
}

export interface EventClient {
  readonly counts: () => { readonly due: number; readonly accepted: number; readonly waiting: number };
  /** Nothing new is due any more; resolves when everything that was has been accepted, or `withinMs` passed. Throws when one was refused. */
  finish(withinMs: number): Promise<void>;
  /** Gives up at once. */
  abort(): void;
}

const BATCHES_PER_SECOND = 20;
const MOST_IN_BATCH = 250;
const ANSWER_WITHIN_MS = 40_000;
const PAUSE_MS = 250;
/** Of what was accepted, so many are sent a second time, as registries do. */
const SHARE_REPEATED = 0.05;
const PACKAGES = 5_000;
const LICENCES = ['MIT', 'Apache-2.0', 'GPL-3.0-only', 'BSD-3-Clause'];

/**
 * Sends events in open loop: a batch is due whether or not those before were answered. A batch whose outcome is unknown
 * (no answer, 503) is sent again with the same ids until it is accepted.
 */
export const startEventClient = ({ url, rate, seed, ledger }: EventClientOptions): EventClient => {
  const random = seeded(seed ^ 0x5eed);
  const [stop, abort] = [new AbortController(), new AbortController()];
  const underWay = new Set<Promise<void>>();
  let [due, accepted] = [0, 0];
  const refusals: Error[] = [];

  const deliver = async (first: number, count: number, dueAt: number): Promise<void> => {
    const body = JSON.stringify(Array.from({ length: count }, (_, i) => eventOf(first + i, random())));
    while (!abort.signal.aborted && !(await post(url, body, abort.signal))) await sleep(PAUSE_MS);
    if (abort.signal.aborted) return;
    accepted += count;
    appendFileSync(ledger, `${JSON.stringify({ first, count, dueAt, acceptedAt: Date.now() } satisfies LedgerLine)}\n`);
    if (random() < SHARE_REPEATED) await post(url, body, abort.signal);
  };
  const begin = (count: number, dueAt: number): void => {
    const delivery = deliver(due, count, dueAt)
      .catch((fault: unknown) => {
        refusals.push(fault instanceof Error ? fault : new Error(String(fault)));
        abort.abort();
      })
      .finally(() => underWay.delete(delivery));
    underWay.add(delivery);
    due += count;
  };
  void keepPace(rate, stop.signal, begin);
  return {
    counts: () => ({ due, accepted, waiting: due - accepted }),
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

/** Publications of a few thousand packages, whose licences change, so that states change as well. */
const eventOf = (number: number, draw: number): unknown => ({
  ...(publication(eventId(number), `pkg:npm/package-${number % PACKAGES}@1.0.0`, {
    license: LICENCES[Math.floor(draw * LICENCES.length)] ?? 'MIT',
  }) as object),
  source: EVENT_SOURCE,
});

/** Whether it was accepted. Throws when it was refused in a way that sending again cannot cure: a defect of this program. */
const post = async (url: string, body: string, abort: AbortSignal): Promise<boolean> => {
  const headers = { 'content-type': 'application/cloudevents-batch+json' };
  const answer = await fetch(new URL('/v1/events', url), {
    method: 'POST',
    headers,
    body,
    signal: AbortSignal.any([abort, AbortSignal.timeout(ANSWER_WITHIN_MS)]),
  })
    .then(async (response) => ({ status: response.status, text: await response.text() }))
    .catch(() => null);
  if (answer !== null && answer.status >= 400 && answer.status < 500)
    throw new Error(`A batch was refused with ${answer.status}: ${answer.text}`);
  return answer?.status === 202;
};
