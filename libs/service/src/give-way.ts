import { setImmediate } from 'node:timers/promises';

/** Milliseconds that long work keeps the process for itself: what waits meanwhile waits that long at each of its steps. */
const SLICE_MILLIS = 2;

/** Awaited again and again by long work: resolves at once while its slice lasts, then when all that waits had its turn. */
export type GiveWay = () => Promise<void>;

/**
 * Long work in slices: whoever reads a large input awaits the answer between two parts of it, each of which is small by
 * itself, so that a request that comes meanwhile waits for a slice and not for the whole.
 */
export const createGiveWay = (sliceMillis = SLICE_MILLIS): GiveWay => {
  let until = performance.now() + sliceMillis;
  return async () => {
    if (performance.now() < until) return;
    await setImmediate();
    until = performance.now() + sliceMillis;
  };
};
