/** A record as the produce request of kafkajs 2.2.4 hands it over. */
export interface OutgoingRecord {
  readonly offsetDelta?: number;
  readonly timestampDelta?: number;
  readonly key?: Bytes;
  readonly value?: Bytes;
  readonly headers?: Readonly<Record<string, Bytes | readonly Bytes[]>>;
}

type Bytes = Buffer | string | null | undefined;

/** Longest form of a 32-bit number with a sign, and of a 53-bit one. */
const LONGEST_VAR_INT = 5;
const LONGEST_VAR_LONG = 8;
const LONGEST_CHARACTER = 3;

/**
 * The records of a batch, one behind the other, as Kafka's message format has them (version 2,
 * https://kafka.apache.org/documentation/#record): length, attributes, timestamp delta, offset delta, key, value, headers.
 * Invariant: the bytes are good until the next call; memory of this size that is new each time costs as much as the copying.
 */
export const packRecords = (records: readonly OutgoingRecord[]): Buffer => {
  const into = { bytes: memoryFor(records.reduce((sum, record) => sum + mostBytes(record), 0)), at: 0 };
  for (const record of records) writeRecord(into, record);
  return into.bytes.subarray(0, into.at);
};

/** Batches are smaller than this: brokers take 1 MiB (packed). */
const MOST_KEPT_BYTES = 4 * 1024 * 1024;
let kept = Buffer.alloc(0);

const memoryFor = (bytes: number): Buffer => {
  if (bytes > MOST_KEPT_BYTES) return Buffer.allocUnsafeSlow(bytes);
  if (bytes > kept.length) kept = Buffer.allocUnsafeSlow(bytes);
  return kept;
};

interface Writer {
  readonly bytes: Buffer;
  at: number;
}

/** As much as a record can take at most: a character of a text takes three bytes or, as half of a pair, two. */
const mostBytes = ({ key, value, headers }: OutgoingRecord): number => {
  let most = 3 * LONGEST_VAR_INT + LONGEST_VAR_LONG + 1 + mostOf(key) + mostOf(value);
  for (const name in headers) {
    const values = headers[name];
    const nameBytes = mostOf(name);
    if (Array.isArray(values)) for (const one of values as readonly Bytes[]) most += nameBytes + mostOf(one);
    else most += nameBytes + mostOf(values as Bytes);
  }
  return most;
};

const mostOf = (bytes: Bytes): number =>
  LONGEST_VAR_INT + (typeof bytes === 'string' ? bytes.length * LONGEST_CHARACTER : (bytes?.length ?? 0));

const writeRecord = (
  into: Writer,
  { offsetDelta = 0, timestampDelta = 0, key, value, headers = {} }: OutgoingRecord,
): void => {
  const begin = into.at;
  into.at += LONGEST_VAR_INT;
  into.bytes[into.at++] = 0;
  writeVarLong(into, timestampDelta);
  writeVarInt(into, offsetDelta);
  writeBytes(into, key);
  writeBytes(into, value);
  writeHeaders(into, headers);
  putLengthBefore(into, begin);
};

/** The length of a record stands before it and is known behind it: the record moves up to where its length ends. */
const putLengthBefore = (into: Writer, begin: number): void => {
  const from = begin + LONGEST_VAR_INT;
  const end = into.at;
  into.at = begin;
  writeVarInt(into, end - from);
  into.bytes.copyWithin(into.at, from, end);
  into.at += end - from;
};

const writeHeaders = (into: Writer, headers: NonNullable<OutgoingRecord['headers']>): void => {
  let count = 0;
  for (const name in headers) count += Array.isArray(headers[name]) ? (headers[name] as readonly Bytes[]).length : 1;
  writeVarInt(into, count);
  for (const name in headers) {
    const values = headers[name];
    for (const value of Array.isArray(values) ? (values as readonly Bytes[]) : [values as Bytes]) {
      writeBytes(into, name);
      writeBytes(into, value);
    }
  }
};

const writeBytes = (into: Writer, value: Bytes): void => {
  if (value === null || value === undefined) {
    writeVarInt(into, -1);
  } else if (typeof value === 'string') {
    writeVarInt(into, Buffer.byteLength(value));
    into.at += into.bytes.write(value, into.at);
  } else {
    writeVarInt(into, value.length);
    into.at += value.copy(into.bytes, into.at);
  }
};

const writeVarInt = (into: Writer, value: number): void => {
  let left = ((value << 1) ^ (value >> 31)) >>> 0;
  for (; left > 0x7f; left >>>= 7) into.bytes[into.at++] = (left & 0x7f) | 0x80;
  into.bytes[into.at++] = left;
};

/** Exact up to 2^52: differences of milliseconds are far less. */
const writeVarLong = (into: Writer, value: number): void => {
  let left = value < 0 ? -2 * value - 1 : 2 * value;
  for (; left > 0x7f; left = Math.floor(left / 128)) into.bytes[into.at++] = (left % 128) | 0x80;
  into.bytes[into.at++] = left;
};
