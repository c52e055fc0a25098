import { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import type { FeedLimits } from './feed.js';
import { peek, type Chunks } from './peek.js';
import { RefusedFeed, brokenFeed } from './refused-feed.js';

export type Unpacked =
  { readonly kind: 'text'; readonly chunks: Chunks } | { readonly kind: 'zip'; readonly chunks: Chunks };

const MAGIC_BYTES = 6;
const DEEPEST_GZIP = 2;

/** Recognises what the bytes are by how they begin, whatever the file is called, and undoes gzip. */
export const unpack = async (chunks: Chunks, limits: FeedLimits, depth = 0): Promise<Unpacked> => {
  const { head, all } = await peek(chunks, MAGIC_BYTES);
  if (head.length === 0) throw brokenFeed('The file is empty: fetch it again.');
  if (startsWith(head, 0x50, 0x4b, 0x03, 0x04)) return { kind: 'zip', chunks: all };
  if (startsWith(head, 0x50, 0x4b))
    throw brokenFeed('The file is an empty or a split zip archive: send one whole archive.');
  if (startsWith(head, 0x1f, 0x8b)) {
    if (depth === DEEPEST_GZIP) throw brokenFeed('The file is compressed with gzip more than twice: compress it once.');
    return unpack(gunzip(all, limits), limits, depth + 1);
  }
  const foreign = foreignFormat(head);
  if (foreign) throw brokenFeed(`The file is compressed with ${foreign}: use gzip or zip, or send it as it is.`);
  return { kind: 'text', chunks: atMost(all, limits.textBytes, 'holds more than') };
};

const startsWith = (head: Buffer, ...magic: readonly number[]): boolean => magic.every((byte, at) => head[at] === byte);

const foreignFormat = (head: Buffer): string | null => {
  if (startsWith(head, 0x28, 0xb5, 0x2f, 0xfd)) return 'zstd';
  if (startsWith(head, 0x42, 0x5a, 0x68)) return 'bzip2';
  if (startsWith(head, 0xfd, 0x37, 0x7a, 0x58, 0x5a)) return 'xz';
  return null;
};

/** Passes on at most `limit` bytes, then refuses the feed. */
export async function* atMost(chunks: Chunks, limit: number, verb: string): Chunks {
  let total = 0;
  for await (const chunk of chunks) {
    total += chunk.length;
    if (total > limit)
      throw new RefusedFeed(
        'too-large',
        `The file ${verb} ${limit} bytes: split it, or raise the limit in the configuration.`,
      );
    yield chunk;
  }
}

/** Text compresses to about a tenth; only what was made to be a bomb goes far beyond this. */
const MOST_RATIO = 300;
const RATIO_COUNTS_FROM = 16 * 1024 * 1024;

/** Refuses at once what grows beyond reason, and what is larger than the limit. */
export const refuseBomb = (packed: number, unpacked: number, limits: FeedLimits): void => {
  const isBomb = unpacked > RATIO_COUNTS_FROM && unpacked > packed * MOST_RATIO;
  if (!isBomb && unpacked <= limits.textBytes) return;
  throw new RefusedFeed(
    'too-large',
    isBomb
      ? `The file grows more than ${MOST_RATIO}-fold when it is decompressed, as no feed does: send the feed's own file.`
      : `The file holds more than ${limits.textBytes} bytes when it is decompressed: split it, or raise the limit in the configuration.`,
  );
};

async function* gunzip(chunks: Chunks, limits: FeedLimits): Chunks {
  let [packed, unpacked] = [0, 0];
  const source = Readable.from(
    counted(chunks, (bytes) => (packed += bytes)),
    { objectMode: false },
  );
  const gunzipped = createGunzip({ chunkSize: 64 * 1024 });
  source.on('error', (fault) => gunzipped.destroy(fault)).pipe(gunzipped);
  try {
    for await (const chunk of gunzipped as AsyncIterable<Buffer>) {
      unpacked += chunk.length;
      refuseBomb(packed, unpacked, limits);
      yield chunk;
    }
  } catch (fault) {
    throw gzipFault(fault);
  } finally {
    source.destroy();
  }
}

async function* counted(chunks: Chunks, count: (bytes: number) => void): Chunks {
  for await (const chunk of chunks) {
    count(chunk.length);
    yield chunk;
  }
}

const gzipFault = (fault: unknown): unknown =>
  fault instanceof Error && 'code' in fault && String(fault.code).startsWith('Z_')
    ? brokenFeed(`The file is damaged or cut off: gzip says "${fault.message}". Fetch it again.`, { cause: fault })
    : fault;
