import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import { EvidenceDamaged, type NewEvidence } from './evidence.js';
import { digestOf } from './sha256.js';

const LARGEST_CHUNK = 64 * 1024;
/** A sixth less time for two hundredths more bytes than the default level. */
const FASTEST = { [constants.ZSTD_c_compressionLevel]: 1 };

/** A row of `log.evidence`. */
export interface PackedEvidence {
  readonly digest: string;
  readonly kind: string;
  readonly encoding: 'identity' | 'zstd';
  readonly bytes: Uint8Array;
  /** Bytes once unpacked. */
  readonly size: number;
}

/**
 * Evidence as stored: compressed where that makes it smaller.
 * @throws TypeError when the digest is not that of the bytes.
 */
export const packEvidence = ({ digest, kind, bytes }: NewEvidence): PackedEvidence => {
  const actual = digestOf(bytes);
  if (actual !== digest) throw new TypeError(`Evidence (${kind}) is given as ${digest} but hashes to ${actual}.`);
  // Told the size, zstd and Node set aside no more than it needs: half the time for documents of a few kilobytes.
  const packed = zstdCompressSync(bytes, { pledgedSrcSize: bytes.length, chunkSize: Math.min(Math.max(bytes.length, 1024), LARGEST_CHUNK), params: FASTEST });
  const smaller = packed.length < bytes.length;
  return { digest, kind, encoding: smaller ? 'zstd' : 'identity', bytes: smaller ? packed : bytes, size: bytes.length };
};

/**
 * The bytes of stored evidence.
 * @throws EvidenceDamaged when they do not unpack or do not hash to the digest.
 */
export const unpackEvidence = (packed: PackedEvidence): Uint8Array => {
  const bytes = unpack(packed);
  if (digestOf(bytes) !== packed.digest) throw new EvidenceDamaged(packed.digest);
  return bytes;
};

const unpack = ({ digest, encoding, bytes, size }: PackedEvidence): Uint8Array => {
  if (encoding === 'identity') return bytes;
  try {
    // The limit keeps a row that somebody replaced from unpacking without end.
    return zstdDecompressSync(bytes, { maxOutputLength: Math.max(size, 1) });
  } catch (cause) {
    throw new EvidenceDamaged(digest, { cause });
  }
};
