import { sha256 } from './sha256.js';

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

const FORMAT = Buffer.from('weir-log-entry/1');
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
  const fields = entryFields(row);
  const leaf = Buffer.allocUnsafe(fields.reduce((size, field) => size + 4 + field.length, 1));
  let offset = leaf.writeUInt8(LEAF_PREFIX, 0);
  for (const field of fields) {
    offset = leaf.writeUInt32BE(field.length, offset);
    leaf.set(field, offset);
    offset += field.length;
  }
  return sha256(leaf);
};

const entryFields = (row: EventRow): readonly Uint8Array[] => [
  FORMAT,
  Buffer.from(row.shard),
  bigEndian(row.position, 8),
  Buffer.from(row.type),
  bigEndian(row.version, 4),
  Buffer.from(row.subject),
  sha256(row.data),
  sha256(row.metadata),
  Buffer.from(row.occurredAt),
  Buffer.from(row.recordedAt),
  row.previousHash,
];

const bigEndian = (value: number, bytes: 4 | 8): Buffer => {
  const buffer = Buffer.alloc(bytes);
  if (bytes === 8) buffer.writeBigInt64BE(BigInt(value));
  else buffer.writeInt32BE(value);
  return buffer;
};
