import { createRequire } from 'node:module';

/** The parts of kafkajs 2.2.4's Encoder that are mended. */
export interface Encoder {
  buf: Buffer;
  offset: number;
  readonly buffer: Buffer;
  ensureAvailable(length: number): void;
  writeUVarInt(value: number): Encoder;
  writeVarLong(value: unknown): Encoder;
}

export interface EncoderClass {
  new (initialSize?: number): Encoder;
  readonly prototype: Encoder;
  nextPowerOfTwo(value: number): number;
  sizeOfVarLong(value: unknown): number;
}

const FIRST_SIZE = 511;
const LONGEST_VAR_INT = 5;

/** Writes what kafkajs's own writes, into memory from Node's pool that is not first filled with zeros. */
export const mendedEncoder = (original: EncoderClass): EncoderClass => {
  function Mended(this: { buf: Buffer; offset: number }, initialSize = FIRST_SIZE): void {
    this.buf = Buffer.allocUnsafe(original.nextPowerOfTwo(initialSize));
    this.offset = 0;
  }
  // Its static functions are found where the class looks for them, its methods where the other modules of kafkajs do.
  Object.setPrototypeOf(Mended, original);
  Mended.sizeOfVarLong = (value: unknown): number => (value === 0 ? 1 : original.sizeOfVarLong(value));
  Mended.prototype = Object.create(original.prototype, {
    ensureAvailable: { value: ensureAvailable },
    writeUVarInt: { value: writeUVarInt },
    writeVarLong: { value: writeVarLong },
  }) as Encoder;
  return Mended as unknown as EncoderClass;

  /** Invariant: what lies behind `offset` is never sent, so that nobody sees what was in the memory before. */
  function ensureAvailable(this: Encoder, length: number): void {
    if (this.offset + length <= this.buf.length) return;
    const larger = Buffer.allocUnsafe(original.nextPowerOfTwo(this.offset + length));
    this.buf.copy(larger, 0, 0, this.offset);
    this.buf = larger;
  }

  function writeUVarInt(this: Encoder, value: number): Encoder {
    this.ensureAvailable(LONGEST_VAR_INT);
    let left = value;
    for (; (left & ~0x7f) !== 0; left >>>= 7) this.buf[this.offset++] = (left & 0x7f) | 0x80;
    this.buf[this.offset++] = left;
    return this;
  }

  function writeVarLong(this: Encoder, value: unknown): Encoder {
    return value === 0 ? this.writeUVarInt(0) : original.prototype.writeVarLong.call(this, value);
  }
};

/**
 * Puts the mended encoder in place. Invariant: this runs before kafkajs is loaded, whose modules keep the class that they
 * find then. For each record and each header kafkajs sets aside 512 bytes of zeros, and for each length an array and a
 * buffer: a tenth of what ingest, enrichment and evaluation did (docs/adr/0058).
 */
export const mendEncoder = (): void => {
  const require = createRequire(import.meta.url);
  const file = require.resolve('kafkajs/src/protocol/encoder');
  const original = require(file) as EncoderClass;
  const module = require.cache[file];
  if (module) module.exports = mendedEncoder(original);
};
