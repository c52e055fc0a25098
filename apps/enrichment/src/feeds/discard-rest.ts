import type { Readable } from 'node:stream';

const MOST_DISCARDED = 64 * 1024 * 1024;

/** Reads the rest of an upload that was refused, so that its sender comes to read the answer; a very long one is cut. */
export const discardRest = async (source: Readable): Promise<void> => {
  if (source.destroyed || source.readableEnded) return;
  let discarded = 0;
  for await (const chunk of source as AsyncIterable<Uint8Array>) {
    discarded += chunk.length;
    if (discarded > MOST_DISCARDED) return;
  }
};
