import { createGiveWay } from '@weir/service';
import type { Chunks } from './peek.js';

export interface Line {
  /** From 1. */
  readonly number: number;
  /** Without the line end; null when the line is longer than the limit. */
  readonly bytes: Buffer | null;
  /** False only for a last line without a line end. */
  readonly ended: boolean;
}

const NEWLINE = 0x0a;
const BYTE_ORDER_MARK = Buffer.from([0xef, 0xbb, 0xbf]);

/** A chunk of nothing but line ends has tens of thousands of lines. */
const MOST_TOGETHER = 100;

/**
 * Cuts bytes into lines, up to a hundred at a time; blank lines are counted and left out. A longer line than `limit` is
 * not kept. However many lines there are, what waits has its turn between them.
 */
export async function* splitLines(chunks: Chunks, limit: number): AsyncIterable<readonly Line[]> {
  const pending = pendingLine(limit);
  const giveWay = createGiveWay();
  let number = 1;
  for await (const chunk of chunks) {
    const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length);
    let lines: Line[] = [];
    let start = 0;
    for (let end = bytes.indexOf(NEWLINE); end !== -1; end = bytes.indexOf(NEWLINE, start)) {
      keep(lines, { number, bytes: pending.take(bytes.subarray(start, end)), ended: true });
      if (number % MOST_TOGETHER === 0) {
        if (lines.length > 0) yield lines;
        lines = [];
        await giveWay();
      }
      number += 1;
      start = end + 1;
    }
    pending.add(bytes.subarray(start));
    if (lines.length > 0) yield lines;
    await giveWay();
  }
  const last: Line[] = [];
  keep(last, { number, bytes: pending.take(Buffer.alloc(0)), ended: false });
  if (last.length > 0) yield last;
}

const keep = (lines: Line[], line: Line): void => {
  const bytes =
    line.bytes && line.number === 1 && line.bytes.subarray(0, 3).equals(BYTE_ORDER_MARK)
      ? line.bytes.subarray(3)
      : line.bytes;
  if (bytes === null || !isBlank(bytes)) lines.push({ ...line, bytes });
};

const isBlank = (bytes: Buffer): boolean =>
  bytes.length === 0 || bytes.every((byte) => byte === 0x20 || byte === 0x09 || byte === 0x0d);

/** The part of a line that came with earlier chunks. */
const pendingLine = (limit: number) => {
  let parts: Buffer[] = [];
  let length = 0;
  return {
    add: (part: Buffer): void => {
      length += part.length;
      if (length <= limit) parts.push(part);
      else parts = [];
    },
    take: (part: Buffer): Buffer | null => {
      const whole = length + part.length > limit ? null : parts.length === 0 ? part : Buffer.concat([...parts, part]);
      parts = [];
      length = 0;
      return whole;
    },
  };
};
