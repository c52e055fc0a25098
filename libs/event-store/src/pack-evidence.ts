import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import { digestOf, groupBySize } from '@weir/postgres';
import { EvidenceDamaged, type NewEvidence } from './evidence.js';

const LARGEST_CHUNK = 64 * 1024;
/** A sixth less time for two hundredths more bytes than the default level. */
const FASTEST = { [constants.ZSTD_c_compressionLevel]: 1 };

/** More would make a single read unpack more than it saves. */
const MOST_IN_FRAME = 6;
const LARGEST_IN_FRAME = 16 * 1024;
const LARGEST_FRAME = MOST_IN_FRAME * LARGEST_IN_FRAME;

/** Bytes as they lie in PostgreSQL. */
type Packed = { readonly encoding: 'identity' | 'zstd'; readonly bytes: Uint8Array };

interface Named {
  readonly digest: string;
  readonly kind: string;
  /** Bytes once unpacked. */
  readonly size: number;
}

/** Evidence that is stored by itself. */
export type PackedAlone = Named & Packed;

/** Pieces of evidence that are packed as one, each with the place where it begins once they are unpacked. */
export interface PackedFrame {
  readonly bytes: Uint8Array;
  readonly pieces: readonly (Named & { readonly start: number })[];
}

export interface PackedEvidence {
  readonly alone: readonly PackedAlone[];
  readonly frames: readonly PackedFrame[];
}

/**
 * Evidence as stored: what is small goes together with what was given next to it, where that makes it smaller.
 * @throws TypeError when a digest is not that of the bytes.
 */
export const packEvidence = (evidence: readonly NewEvidence[]): PackedEvidence => {
  for (const { digest, kind, bytes } of evidence) {
    const actual = digestOf(bytes);
    if (actual !== digest) throw new TypeError(`Evidence (${kind}) is given as ${digest} but hashes to ${actual}.`);
  }
  const small = evidence.filter(({ bytes }) => bytes.length <= LARGEST_IN_FRAME);
  const groups = groupBySize(small, MOST_IN_FRAME, () => 1).filter((group) => group.length > 1);
  const framed = new Set(groups.flat());
  return { alone: evidence.filter((item) => !framed.has(item)).map(packAlone), frames: groups.map(packFrame) };
};

const packAlone = ({ digest, kind, bytes }: NewEvidence): PackedAlone => {
  const packed = compress(bytes);
  const smaller = packed.length < bytes.length;
  return { digest, kind, encoding: smaller ? 'zstd' : 'identity', bytes: smaller ? packed : bytes, size: bytes.length };
};

const packFrame = (evidence: readonly NewEvidence[]): PackedFrame => {
  let end = 0;
  const pieces = evidence.map(({ digest, kind, bytes }) => ({
    digest,
    kind,
    size: bytes.length,
    start: (end += bytes.length) - bytes.length,
  }));
  return {
    bytes: compress(
      Buffer.concat(
        evidence.map(({ bytes }) => bytes),
        end,
      ),
    ),
    pieces,
  };
};

// Told the size, zstd and Node set aside no more than it needs: half the time for documents of a few kilobytes.
const compress = (bytes: Uint8Array): Buffer =>
  zstdCompressSync(bytes, {
    pledgedSrcSize: bytes.length,
    chunkSize: Math.min(Math.max(bytes.length, 1024), LARGEST_CHUNK),
    params: FASTEST,
  });

/** A row of `log.evidence`, with the bytes of its frame where it lies in one. */
export type StoredEvidence = Named & { readonly bytes: Uint8Array } & (
    | { readonly encoding: 'identity' | 'zstd' }
    | { readonly encoding: 'frame'; readonly frame: string; readonly start: number }
  );

/**
 * Unpacks rows that were read together: each frame once.
 * @throws EvidenceDamaged, when a row is unpacked, for one that does not unpack or does not hash to its digest.
 */
export const createUnpacker = (): ((row: StoredEvidence) => Uint8Array) => {
  const frames = new Map<string, Uint8Array>();
  return (row) => {
    const bytes = unpack(row, frames);
    if (digestOf(bytes) !== row.digest) throw new EvidenceDamaged(row.digest);
    return bytes;
  };
};

const unpack = (row: StoredEvidence, frames: Map<string, Uint8Array>): Uint8Array => {
  switch (row.encoding) {
    case 'identity':
      return row.bytes;
    case 'zstd':
      return decompress(row, row.size);
    case 'frame': {
      const frame = frames.get(row.frame) ?? decompress(row, LARGEST_FRAME);
      frames.set(row.frame, frame);
      return frame.subarray(row.start, row.start + row.size);
    }
    default: {
      const unknown: never = row;
      throw new Error(`No way to unpack ${JSON.stringify(unknown)}`);
    }
  }
};

/** The limit keeps a row that somebody replaced from unpacking without end. */
const decompress = ({ digest, bytes }: StoredEvidence, most: number): Uint8Array => {
  try {
    return zstdDecompressSync(bytes, {
      maxOutputLength: Math.max(most, 1),
      chunkSize: Math.min(Math.max(most, 1024), LARGEST_CHUNK),
    });
  } catch (cause) {
    throw new EvidenceDamaged(digest, { cause });
  }
};
