import { createHash } from 'node:crypto';

/** An event as the log stores it. */
export interface LogRow {
  readonly shard: string;
  readonly position: number;
  readonly type: string;
  readonly version: number;
  readonly subject: string;
  readonly data: string;
  readonly metadata: string;
  readonly occurred_at: string;
  readonly recorded_at: string;
  readonly prev_hash: Buffer;
  readonly hash: Buffer;
}

export const NO_PREDECESSOR = Buffer.alloc(32);

const sha256 = (...parts: readonly Uint8Array[]): Buffer => {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest();
};

const text = (value: string): Buffer => Buffer.from(value, 'utf8');

const integer = (bits: 32 | 64, value: number): Buffer => {
  const bytes = Buffer.alloc(bits / 8);
  if (bits === 64) bytes.writeBigUInt64BE(BigInt(value));
  else bytes.writeUInt32BE(value);
  return bytes;
};

/** The chain as docs/adr/0020 describes it, written a second time. */
export const hashOf = (row: LogRow): Buffer => {
  const fields = [
    text('weir-log-entry/1'),
    text(row.shard),
    integer(64, row.position),
    text(row.type),
    integer(32, row.version),
    text(row.subject),
    sha256(text(row.data)),
    sha256(text(row.metadata)),
    text(row.occurred_at),
    text(row.recorded_at),
    row.prev_hash,
  ];
  return sha256(Buffer.of(0), ...fields.flatMap((field) => [integer(32, field.length), field]));
};
