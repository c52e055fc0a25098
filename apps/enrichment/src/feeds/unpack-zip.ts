import { createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { crc32 } from 'node:zlib';
import { openPromise, type Entry, type ZipFile } from 'yauzl';
import type { FeedLimits } from './feed.js';
import type { Chunks } from './peek.js';
import { RefusedFeed, brokenFeed } from './refused-feed.js';
import { refuseBomb } from './unpack.js';

export interface ArchiveEntry {
  readonly name: string;
  /** null when the entry is larger than a record may be. */
  readonly bytes: Buffer | null;
}

/**
 * Reads the JSON entries of a zip archive one after the other. A zip's table stands at its end, so the archive is first
 * put into a temporary file, which is gone afterwards. Sizes are checked before anything is inflated.
 */
export async function* unpackZip(chunks: Chunks, limits: FeedLimits): AsyncIterable<ArchiveEntry> {
  const folder = await mkdtemp(join(tmpdir(), 'weir-feed-'));
  try {
    const file = join(folder, 'feed.zip');
    await pipeline(Readable.from(chunks, { objectMode: false }), createWriteStream(file));
    const archive = await broken(() => openPromise(file, { autoClose: false }));
    try {
      yield* readArchive(archive, limits);
    } finally {
      archive.close();
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function* readArchive(archive: ZipFile, limits: FeedLimits): AsyncIterable<ArchiveEntry> {
  if (archive.entryCount > limits.records)
    throw new RefusedFeed(
      'too-large',
      `The archive has ${archive.entryCount} entries: at most ${limits.records} are read, so split it or raise the limit in the configuration.`,
    );
  let unpacked = 0;
  const entries = archive.eachEntry()[Symbol.asyncIterator]();
  for (;;) {
    const next = await broken(() => entries.next());
    if (next.done) return;
    const entry = next.value;
    if (!/\.json$/i.test(entry.fileName)) continue;
    unpacked += entry.uncompressedSize;
    refuseBomb(archive.fileSize, unpacked, limits);
    yield {
      name: entry.fileName,
      bytes: entry.uncompressedSize > limits.recordBytes ? null : await broken(() => readEntry(archive, entry)),
    };
  }
}

const readEntry = async (archive: ZipFile, entry: Entry): Promise<Buffer> => {
  const stream = await archive.openReadStreamPromise(entry);
  const read: Buffer[] = [];
  for await (const chunk of stream as AsyncIterable<Buffer>) read.push(chunk);
  const bytes = Buffer.concat(read);
  if (crc32(bytes) !== entry.crc32) throw new Error(`the checksum of ${entry.fileName} is wrong`);
  return bytes;
};

const broken = async <T>(work: () => Promise<T>): Promise<T> => {
  try {
    return await work();
  } catch (cause) {
    throw cause instanceof RefusedFeed
      ? cause
      : brokenFeed(
          `The zip archive is damaged or cut off: ${cause instanceof Error ? cause.message : String(cause)}. Fetch it again.`,
          { cause },
        );
  }
};
