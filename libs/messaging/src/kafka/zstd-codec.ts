import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import { CompressionCodecs, CompressionTypes } from './mended-kafkajs.js';

/** For a producer's `send`. */
export const ZSTD = CompressionTypes.ZSTD;

/** Brokers take batches of 1 MiB; what becomes more than this is no batch that somebody meant to send. */
const LARGEST_BATCH = 64 * 1024 * 1024;
const FASTEST = 1;

/** The part of kafkajs's encoder that a codec reads. */
interface Encoded {
  readonly buffer: Buffer;
}

/**
 * Teaches kafkajs zstd, which Node.js has and kafkajs does not: batches of our messages shrink to a tenth, and what is
 * not sent need not be copied, summed and stored (docs/adr/0057). Kafka's number 4 for it is in every client's protocol.
 */
export const learnZstd = (): void => {
  CompressionCodecs[ZSTD] = () => ({
    compress: async ({ buffer }: Encoded) =>
      zstdCompressSync(buffer, {
        pledgedSrcSize: buffer.length,
        params: { [constants.ZSTD_c_compressionLevel]: FASTEST },
      }),
    decompress: async (buffer: Buffer) =>
      zstdDecompressSync(buffer, { maxOutputLength: LARGEST_BATCH, chunkSize: chunkFor(unpackedSize(buffer)) }),
  });
};

/** All at once where the size is known, with a byte to spare by which Node sees that there is no more: nothing is put together from pieces. */
const chunkFor = (size: number | null): number =>
  size === null || size > LARGEST_BATCH ? constants.Z_DEFAULT_CHUNK : Math.max(size + 1, constants.Z_MIN_CHUNK);

/** What the header of a zstd frame says of its content (RFC 8878, 3.1.1.1); null when it says nothing. */
export const unpackedSize = (frame: Buffer): number | null => {
  const descriptor = frame[4] ?? 0;
  const isSingleSegment = (descriptor & 0x20) !== 0;
  const kind = descriptor >> 6;
  const field = frame.subarray(5 + (isSingleSegment ? 0 : 1) + (DICTIONARY_ID_BYTES[descriptor & 3] ?? 0));
  if ((kind === 0 && !isSingleSegment) || field.length < (CONTENT_SIZE_BYTES[kind] ?? 0)) return null;
  return kind === 3
    ? Number(field.readBigUInt64LE())
    : field.readUIntLE(0, CONTENT_SIZE_BYTES[kind] ?? 1) + (kind === 1 ? 256 : 0);
};

const CONTENT_SIZE_BYTES = [1, 2, 4, 8];
const DICTIONARY_ID_BYTES = [0, 1, 2, 4];
