/** Bytes as they arrive. */
export type Chunks = AsyncIterable<Uint8Array>;

/** The first `count` bytes (fewer when there are no more), and all chunks from the first on. */
export const peek = async (chunks: Chunks, count: number): Promise<{ readonly head: Buffer; readonly all: Chunks }> => {
  const iterator = chunks[Symbol.asyncIterator]();
  const read: Uint8Array[] = [];
  for (let length = 0; length < count; ) {
    const { done, value } = await iterator.next();
    if (done) break;
    read.push(value);
    length += value.length;
  }
  return { head: Buffer.concat(read).subarray(0, count), all: resume(read, iterator) };
};

async function* resume(read: readonly Uint8Array[], iterator: AsyncIterator<Uint8Array>): Chunks {
  try {
    yield* read;
    for (;;) {
      const { done, value } = await iterator.next();
      if (done) return;
      yield value;
    }
  } finally {
    await iterator.return?.();
  }
}
