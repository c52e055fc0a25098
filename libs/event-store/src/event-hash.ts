import { mostUtf8Bytes, sha256 } from '@weir/postgres';
import { hash } from 'node:crypto';

/** Every column of a row of `log.event` except its own hash; the texts exactly as stored. */
export interface EventRow {
  readonly shard: string;
  readonly position: number;
  readonly type: string;
  readonly version: number;
  readonly subject: string;
  readonly data: string;
  readonly metadata: string;
  readonly occurredAt: string;
  readonly recordedAt: string;
  readonly previousHash: Uint8Array;
}

/** What the first event of a shard names as its predecessor. */
export const NO_PREDECESSOR: Uint8Array = new Uint8Array(32);

const FORMAT = 'weir-log-entry/1';
/** Prefix, eleven lengths, format, position, version and three hashes. */
const FIXED_BYTES = 1 + 11 * 4 + FORMAT.length + 8 + 4 + 3 * 32;
const LEAF_PREFIX = 0;

/**
 * The RFC 6962 leaf hash of an event, `SHA-256(0x00 || entry)`, which is also what the next event names.
 *
 * entry = field*, field = length (32 bits, big endian) || bytes, in this order: the text `weir-log-entry/1`, shard,
 * position (64 bits, big endian), type, version (32 bits), subject, SHA-256 of data, SHA-256 of metadata, occurredAt,
 * recordedAt, the previous event's hash. Texts are UTF-8. Data and metadata enter by their hash, so that an entry
 * always fits the 65,535 bytes of tlog-tiles, and can be published without what it says.
 */
export const eventHash = (row: EventRow): Buffer => {
  const texts = [row.shard, row.type, row.subject, row.occurredAt, row.recordedAt];
  const leaf = Buffer.allocUnsafe(texts.reduce((size, text) => size + mostUtf8Bytes(text), FIXED_BYTES));
  let offset = leaf.writeUInt8(LEAF_PREFIX, 0);
  const field = (value: string, encoding: 'utf8' | 'hex' = 'utf8'): void => {
    const length = leaf.write(value, offset + 4, encoding);
    offset = leaf.writeUInt32BE(length, offset) + length;
  };
  field(FORMAT);
  field(row.shard);
  offset = leaf.writeBigInt64BE(BigInt(row.position), leaf.writeUInt32BE(8, offset));
  field(row.type);
  offset = leaf.writeInt32BE(row.version, leaf.writeUInt32BE(4, offset));
  field(row.subject);
  field(hash('sha256', row.data), 'hex');
  field(hash('sha256', row.metadata), 'hex');
  field(row.occurredAt);
  field(row.recordedAt);
  offset = leaf.writeUInt32BE(row.previousHash.length, offset);
  leaf.set(row.previousHash, offset);
  return sha256(leaf.subarray(0, offset + row.previousHash.length));
};
