import { TopicsUnavailable } from './topics-unavailable.js';

/** Bytes that may wait to become durable, unless told. */
export const MOST_WAITING_BYTES = 64 * 1024 * 1024;

/** Counts what was handed over and is not durable yet. */
export interface WaitingBound {
  /**
   * Counts `bytes` until `work` settles.
   * @throws TopicsUnavailable, and does not begin, when that were more than may wait. A call that is alone always begins.
   */
  hold<T>(bytes: number, work: () => Promise<T>): Promise<T>;
}

/** Keeps brokers or a database that are away from filling the memory: the caller is told at once, and tells its own caller. */
export const createWaitingBound = (whom: string, most = MOST_WAITING_BYTES): WaitingBound => {
  let waiting = 0;
  return {
    hold: async (bytes, work) => {
      if (waiting > 0 && waiting + bytes > most)
        throw new TopicsUnavailable(new Error(`${waiting} bytes wait for ${whom} already`));
      waiting += bytes;
      try {
        return await work();
      } finally {
        waiting -= bytes;
      }
    },
  };
};
