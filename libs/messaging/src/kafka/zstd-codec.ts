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
    compress: async ({ buffer }: Encoded) => zstdCompressSync(buffer, { pledgedSrcSize: buffer.length, params: { [constants.ZSTD_c_compressionLevel]: FASTEST } }),
    decompress: async (buffer: Buffer) => zstdDecompressSync(buffer, { maxOutputLength: LARGEST_BATCH }),
  });
};
