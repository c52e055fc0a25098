import { createRequire } from 'node:module';

/** The part of kafkajs 2.2.4's RequestQueue that is mended. */
interface RequestQueue {
  readonly pending: readonly unknown[];
  readonly throttledUntil: number;
  throttleCheckTimeoutId: NodeJS.Timeout | null;
  checkPendingRequests(): void;
  scheduleCheckPendingRequests(): void;
}

/** As in kafkajs: how often requests that wait for others to be answered are looked at. */
const LOOK_EVERY_MS = 10;

/**
 * Every connection of kafkajs 2.2.4 wakes up a thousand times a second for ever: it looks for waiting requests, also when
 * there are none, after a time that it reckons from -1 and that Node takes for a millisecond (its TimeoutNegativeWarning
 * tells of it). Here it looks only while requests wait, which each new request asks for anyway (docs/adr/0058).
 */
export const mendRequestQueue = (): void => {
  const queue = createRequire(import.meta.url)('kafkajs/src/network/requestQueue') as {
    readonly prototype: RequestQueue;
  };
  queue.prototype.scheduleCheckPendingRequests = lookWhileRequestsWait;
};

function lookWhileRequestsWait(this: RequestQueue): void {
  if (this.pending.length === 0 || this.throttleCheckTimeoutId !== null) return;
  const throttled = this.throttledUntil - Date.now();
  this.throttleCheckTimeoutId = setTimeout(
    () => {
      this.throttleCheckTimeoutId = null;
      this.checkPendingRequests();
    },
    throttled > 0 ? throttled : LOOK_EVERY_MS,
  );
}
