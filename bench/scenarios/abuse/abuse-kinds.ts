import { Worker } from 'node:worker_threads';

export const ABUSES = ['slow-bodies', 'junk-lines', 'streams', 'big-bodies', 'empty-lists'] as const;
export type AbuseKind = (typeof ABUSES)[number];

export interface AbuseOrder {
  readonly kind: AbuseKind;
  readonly url: string;
  readonly key: string;
}

/** How often what came of it, by status. */
export type Outcomes = Readonly<Record<string, number>>;

/** Begins an abuse; the returned function ends it and tells what came of it. */
export const beginAbuse = (order: AbuseOrder): (() => Promise<Outcomes>) => {
  const worker = new Worker(new URL('./abuser.ts', import.meta.url), { workerData: order });
  const told = new Promise<Outcomes>((resolve, reject) => {
    worker.once('message', resolve);
    worker.once('error', reject);
  });
  told.catch(() => undefined);
  return async () => {
    worker.postMessage('stop');
    const outcomes = await told;
    await worker.terminate();
    return outcomes;
  };
};
