import { constants, zstdCompressSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { CompressionCodecs } from './mended-kafkajs.js';
import { learnZstd, unpackedSize, ZSTD } from './zstd-codec.js';

const sizes = [0, 1, 255, 256, 257, 65_535, 65_792, 1_000_003];
const bytesOf = (size: number): Buffer => Buffer.alloc(size, 'weir ');

describe('a frame of zstd', () => {
  it.each(sizes)('tells that it holds %i bytes', (size) => {
    expect(unpackedSize(zstdCompressSync(bytesOf(size), { pledgedSrcSize: size }))).toBe(size);
  });

  it('may not tell', () => {
    expect(
      unpackedSize(zstdCompressSync(bytesOf(100_000), { params: { [constants.ZSTD_c_contentSizeFlag]: 0 } })),
    ).toBeNull();
    expect(unpackedSize(Buffer.from([1, 2]))).toBeNull();
  });
});

describe('the codec', () => {
  learnZstd();
  const codec = (
    CompressionCodecs[ZSTD] as () => {
      compress(encoded: { buffer: Buffer }): Promise<Buffer>;
      decompress(bytes: Buffer): Promise<Buffer>;
    }
  )();

  it.each(sizes)('gives %i bytes back', async (size) => {
    expect((await codec.decompress(await codec.compress({ buffer: bytesOf(size) }))).equals(bytesOf(size))).toBe(true);
  });

  it('unpacks what does not tell its size', async () => {
    const untold = zstdCompressSync(bytesOf(100_000), { params: { [constants.ZSTD_c_contentSizeFlag]: 0 } });
    expect((await codec.decompress(untold)).equals(bytesOf(100_000))).toBe(true);
  });

  it('refuses a batch that nobody meant to send, whatever it tells of its size', async () => {
    const bomb = zstdCompressSync(Buffer.alloc(65 * 1024 * 1024), { pledgedSrcSize: 65 * 1024 * 1024 });
    await expect(codec.decompress(bomb)).rejects.toThrow(RangeError);
  });
});
