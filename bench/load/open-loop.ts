import { setTimeout as sleep } from 'node:timers/promises';
import type { EventBatch, EventSender } from './send-events.ts';

/** What an open loop has sent: when each event was meant to be sent (performance.now()), and which were accepted. */
export interface OpenLoop {
  readonly intendedAt: ReadonlyMap<string, number>;
  /** When the answer 202 came, so far. */
  readonly acceptedAt: ReadonlyMap<string, number>;
  /** Resolves to the ids that were accepted, when the last answer has come. */
  readonly accepted: Promise<readonly string[]>;
}

const TICK_MS = 1;

/**
 * Sends each batch at its own time, whether those before are answered or not: a system that falls behind is not spared.
 * What an event waits for a connection, or for a late timer of this process, counts as latency too.
 */
export const runOpenLoop = (
  sender: EventSender,
  batches: readonly EventBatch[],
  batchesPerSecond: number,
): OpenLoop => {
  const intendedAt = new Map<string, number>();
  const acceptedAt = new Map<string, number>();
  const begin = performance.now() + 50;
  const timeOf = (index: number): number => begin + (index * 1000) / batchesPerSecond;
  batches.forEach(({ ids }, index) => ids.forEach((id) => intendedAt.set(id, timeOf(index))));
  const note = (ids: readonly string[]): readonly string[] => {
    const now = performance.now();
    for (const id of ids) acceptedAt.set(id, now);
    return ids;
  };
  const run = async (): Promise<readonly string[]> => {
    const answers: Promise<readonly string[]>[] = [];
    for (let next = 0; next < batches.length;) {
      for (; next < batches.length && timeOf(next) <= performance.now(); next += 1) {
        const batch = batches[next] as EventBatch;
        answers.push(sender.send(batch).then(() => note(batch.ids)));
      }
      await sleep(TICK_MS);
    }
    return (await Promise.all(answers)).flat();
  };
  return { intendedAt, acceptedAt, accepted: run() };
};
