/** The decoder of kafkajs 2.2.4, at a record. */
export interface RecordSource {
  readonly buffer: Buffer;
  offset: number;
}

/** What kafkajs knows of the batch that a record is in. */
export interface BatchContext {
  readonly firstOffset?: string;
  readonly firstTimestamp?: string;
  readonly magicByte?: number;
  readonly isControlBatch?: boolean;
  readonly timestampType?: number;
  readonly maxTimestamp?: string;
}

type HeaderValue = Buffer | null | (Buffer | null)[];

/** A record as kafkajs hands it to consumers. */
export interface ReadRecord {
  readonly magicByte: number | undefined;
  readonly attributes: number;
  readonly timestamp: string;
  readonly offset: string;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers: Readonly<Record<string, HeaderValue>>;
  readonly isControlRecord: boolean;
  readonly batchContext: BatchContext;
}

export type RecordDecoder = (source: RecordSource, context?: BatchContext) => ReadRecord;

const LOG_APPEND_TIME = 1;
/** Numbers of 32 bits take five bytes, and a double is exact for seven. */
const MOST_BYTES = 7;

/**
 * Reads what kafkajs's own decoder reads (Kafka's message format, version 2), with JavaScript's numbers: offsets and
 * milliseconds stay far below 2^53. A record with a larger number is left to `original`.
 */
export const recordReader = (original: RecordDecoder): RecordDecoder => (source, context = {}) => {
  const from = source.offset;
  const attributes = source.buffer.readInt8(source.offset++);
  const timestampDelta = readNumber(source);
  const offsetDelta = readNumber(source);
  const timestamp = Number(context.firstTimestamp) + timestampDelta;
  const offset = Number(context.firstOffset) + offsetDelta;
  if (!Number.isSafeInteger(timestamp) || !Number.isSafeInteger(offset)) {
    source.offset = from;
    return original(source, context);
  }
  return {
    magicByte: context.magicByte,
    attributes,
    timestamp: context.timestampType === LOG_APPEND_TIME && context.maxTimestamp ? context.maxTimestamp : String(timestamp),
    offset: String(offset),
    key: readBytes(source),
    value: readBytes(source),
    headers: readHeaders(source),
    isControlRecord: context.isControlBatch ?? false,
    batchContext: context,
  };
};

/** A number of variable length with its sign in the last bit; NaN when it is too long for a double. */
const readNumber = (source: RecordSource): number => {
  let value = 0;
  let factor = 1;
  for (let count = 0; count < MOST_BYTES; count += 1) {
    const byte = source.buffer[source.offset++] ?? 0;
    value += (byte & 0x7f) * factor;
    if (byte < 0x80) return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
    factor *= 128;
  }
  return Number.NaN;
};

const readBytes = (source: RecordSource): Buffer | null => {
  const length = readNumber(source);
  if (length === -1) return null;
  const from = source.offset;
  source.offset += length;
  return source.buffer.subarray(from, source.offset);
};

const readHeaders = (source: RecordSource): Readonly<Record<string, HeaderValue>> => {
  const headers: Record<string, HeaderValue> = {};
  for (let left = readNumber(source); left > 0; left -= 1) {
    const length = readNumber(source);
    const name = source.buffer.toString('utf8', source.offset, source.offset + length);
    source.offset += length;
    addHeader(headers, name, readBytes(source));
  }
  return headers;
};

/** A name may come again, and may be one that every object has. */
const addHeader = (headers: Record<string, HeaderValue>, name: string, value: Buffer | null): void => {
  const known = Object.hasOwn(headers, name) ? headers[name] : undefined;
  const values = known === undefined ? value : Array.isArray(known) ? [...known, value] : [known, value];
  if (name === '__proto__') Object.defineProperty(headers, name, { value: values, enumerable: true, configurable: true, writable: true });
  else headers[name] = values;
};
