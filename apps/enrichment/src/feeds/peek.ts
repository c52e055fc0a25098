/** Bytes as they arrive. */
export type Chunks = AsyncIterable<Uint8Array>;

/** The first `count` bytes (fewer when there are no more), and all chunks from the first on. */
export const peek = async (chunks: Chunks, count: number): Promise<{ readonly head: Buffer; readonly all: Chunks }> => {
  const iterator = chunks[Symbol.asyncIterator]();
  const read: Uint8Array[] = [];
  for (let length = 0; length < count;) {
    const next = await iterator.next();
    if (next.done) break;
    read.push(next.value);
    length += next.value.length;
  }
  return { head: Buffer.concat(read).subarray(0, count), all: resume(read, iterator) };
};

/** What was read already, then the rest. */
export async function* resume(read: readonly Uint8Array[], iterator: AsyncIterator<Uint8Array>): Chunks {
  try {
    yield* read;
    for (;;) {
      const next = await iterator.next();
      if (next.done) return;
      yield next.value;
    }
  } finally {
    await iterator.return?.();
  }
}
