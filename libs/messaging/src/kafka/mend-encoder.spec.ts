import { createRequire } from 'node:module';
import { describe, expect, it } from 'vitest';
import { mendedEncoder, type EncoderClass } from './mend-encoder.js';

interface Record {
  writeVarInt(value: number): Record;
  writeVarLong(value: number): Record;
  writeVarIntString(value: string | null): Record;
  writeVarIntBytes(value: Buffer | null): Record;
  writeInt64(value: number): Record;
  writeString(value: string): Record;
  writeEncoder(value: unknown): Record;
  readonly buffer: Buffer;
}

const require = createRequire(import.meta.url);
const original = require('kafkajs/src/protocol/encoder') as EncoderClass & { sizeOfVarInt(value: number): number };
const mended = mendedEncoder(original) as typeof original;

const edges = [0, 1, -1, 63, 64, -65, 127, 128, 300, 16_383, 16_384, 1_048_576, 2_147_483_647, -2_147_483_648];

const written = (one: EncoderClass): Buffer => {
  const open = (size?: number): Record => new one(size) as unknown as Record;
  const record = open(1);
  for (const edge of edges) record.writeVarInt(edge).writeVarLong(edge).writeInt64(edge);
  record.writeVarLong(2 ** 45).writeVarIntBytes(null).writeVarIntString(null).writeString('tøpic');
  for (let size = 1; size < 5_000; size = size * 2 + 1) record.writeVarIntBytes(Buffer.alloc(size, size)).writeVarIntString('ß'.repeat(size));
  return open().writeEncoder(record).buffer;
};

describe('the mended encoder', () => {
  it('writes byte for byte what that of kafkajs writes', () => {
    expect(written(mended).equals(written(original))).toBe(true);
  });

  it('knows the sizes that records are told by, and is taken for one of its own', () => {
    expect(edges.map((edge) => [mended.sizeOfVarInt(edge), mended.sizeOfVarLong(edge)])).toEqual(edges.map((edge) => [original.sizeOfVarInt(edge), original.sizeOfVarLong(edge)]));
    expect(new mended()).toBeInstanceOf(original);
  });

  it('is what kafkajs uses', async () => {
    await import('./mended-kafkajs.js');
    const header = require('kafkajs/src/protocol/recordBatch/header/v0') as (header: { key: string; value: Buffer }) => Record & { readonly buf: Buffer };
    // Only Node's pool gives several small buffers one memory.
    expect(header({ key: 'a', value: Buffer.from('b') }).buf.buffer.byteLength).toBe(Buffer.poolSize);
  });
});
