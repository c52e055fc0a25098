import { setTimeout as sleep } from 'node:timers/promises';
import type { EventBatch, EventSender } from './send-events.ts';

export interface Backlog {
  /** Events decided since the load began. */
  decided(): number;
  /** Most events that may be accepted and not decided. */
  readonly most: number;
}

const LOOK_AGAIN_MS = 10;

/** Sends the batches on `connections` connections, each as soon as the one before is accepted and the backlog has room. */
export const driveLoad = async (
  sender: EventSender,
  batches: readonly EventBatch[],
  connections: number,
  backlog: Backlog,
): Promise<readonly string[]> => {
  const accepted: string[] = [];
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let batch = batches[next++]; batch !== undefined; batch = batches[next++]) {
      while (accepted.length - backlog.decided() > backlog.most) await sleep(LOOK_AGAIN_MS);
      await sender.send(batch);
      accepted.push(...batch.ids);
    }
  };
  await Promise.all(Array.from({ length: connections }, worker));
  return accepted;
};
